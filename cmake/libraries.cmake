# Third-party libraries, each found once here and linked PRIVATE by the one folder that owns it.
# A release links them statically where Debian has archives: one file to copy, and 10 ms less to start,
# most of which the dynamic linker spends on CBC's LAPACK.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(kind .a)
else()
  set(kind .so)
endif()

# wayout_library(NAME ARCHIVE...) makes the target wayout_ext_NAME of `lib<ARCHIVE>.a` (or .so).
function(wayout_library name)
  add_library(wayout_ext_${name} INTERFACE)
  foreach(archive ${ARGN})
    find_library(path_${archive} NAMES lib${archive}${kind} lib${archive}.so
                 PATHS /usr/lib/gcc/${CMAKE_LIBRARY_ARCHITECTURE}/${CMAKE_CXX_COMPILER_VERSION_MAJOR})
    if(path_${archive})
      target_link_libraries(wayout_ext_${name} INTERFACE ${path_${archive}})
    elseif(archive IN_LIST REQUIRED_ARCHIVES)
      message(FATAL_ERROR "lib${archive} is missing; ./run installs it")
    endif()
  endforeach()
endfunction()

string(REGEX MATCH "^[0-9]+" CMAKE_CXX_COMPILER_VERSION_MAJOR ${CMAKE_CXX_COMPILER_VERSION})
set(REQUIRED_ARCHIVES yaml sqlite3 CbcSolver gfortran)
wayout_library(yaml yaml)
wayout_library(sqlite sqlite3)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  wayout_library(cbc CbcSolver Cbc Cgl OsiClp ClpSolver Clp Osi CoinUtils lapack blas gfortran quadmath bz2 z)
else()
  wayout_library(cbc CbcSolver)
endif()
target_link_libraries(wayout_ext_cbc INTERFACE Threads::Threads)
target_link_libraries(wayout_ext_sqlite INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
