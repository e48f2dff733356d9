# One static library per folder of src/. Third-party libraries are linked PRIVATE, so that their
# headers stay inside the one folder that owns them.
#
#   wayout_folder(text LINKS wayout::base PRIVATE_LINKS yaml)
function(wayout_folder name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "main\\.cpp$")
  string(REPLACE "/" "_" target ${name})
  add_library(wayout_${target} STATIC ${sources})
  add_library(wayout::${target} ALIAS wayout_${target})
  target_include_directories(wayout_${target} PUBLIC ${CMAKE_SOURCE_DIR}/src
                                                     ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(wayout_${target} PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# Links the folders whose headers a single-file program includes: nothing else has to be built.
function(wayout_link_included target source)
  file(STRINGS ${source} includes REGEX "^#include \"[a-z_]+/")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  foreach(line ${includes})
    string(REGEX REPLACE "^#include \"([a-z_]+)/.*" "\\1" folder ${line})
    if(TARGET wayout_${folder})
      target_link_libraries(${target} PRIVATE wayout::${folder})
    endif()
  endforeach()
endfunction()
