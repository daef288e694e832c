set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# One setting for programs and libraries, so that one precompiled header serves both.
add_compile_options(-fPIC)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Asserts stay on in production: a wrong count must stop, not go on.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
# -O2: -O3 gained nothing on the reader and slows the build.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

option(KP_WERROR "Treat warnings as errors" ON)
set(KP_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
option(KP_FUZZ "Build the libFuzzer targets (clang)" OFF)

find_program(KP_CCACHE ccache)
if(KP_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "${KP_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_C_COMPILER_LAUNCHER}")
endif()

# All warnings of the project live on this one target.
add_library(kp_warnings INTERFACE)
target_compile_options(kp_warnings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wshadow                # a shadowed name hides which count is meant
  -Wconversion            # lengths and counts must not narrow silently
  -Wsign-conversion
  -Wnon-virtual-dtor
  -Wold-style-cast
  -Woverloaded-virtual
  -Wnull-dereference
  -Wimplicit-fallthrough
  -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(kp_warnings INTERFACE -Wduplicated-cond -Wlogical-op
    # g++ 12 reports these inside std::string and std::optional at -O2, with no fault in our code.
    -Wno-null-dereference -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(KP_WERROR)
  target_compile_options(kp_warnings INTERFACE -Werror)
endif()

if(KP_SANITIZE)
  add_compile_options(-fsanitize=${KP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KP_SANITIZE})
endif()
if(KP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
