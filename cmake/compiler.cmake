# One place for warnings, hardening and the faster tools where a machine has them.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror -Wno-error=deprecated-declarations)
# GCC 12 sees overlapping copies in std::string concatenation that are not there (GCC bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-restrict)
endif()
# Identical paths in every checkout: reproducible binaries, and compiler caches shared between checkouts.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-protector-strong -fcf-protection)
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now -static-libstdc++ -static-libgcc)
else()
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

set(WAYOUT_SANITIZE "" CACHE STRING "Comma separated sanitizers, for example address,undefined")
if(WAYOUT_SANITIZE)
  add_compile_options(-fsanitize=${WAYOUT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WAYOUT_SANITIZE})
endif()
if(WAYOUT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
