# kp_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...])
# One static library per leaf folder; the repository root is the only include dir.
function(kp_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} kp_warnings)
endfunction()

# kp_program(NAME SOURCES ... [LINK ...])
function(kp_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} kp_warnings)
endfunction()

# kp_test(NAME SOURCES ... [LINK ...]): a doctest program, run by ctest as NAME
# with the source root as its working directory.
function(kp_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} kp_doctest kp_warnings)
  target_precompile_headers(${name} REUSE_FROM kp_doctest)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  # `unit_tests` builds every short test program; scripts/test runs them under sanitizers too.
  if(NOT TARGET unit_tests)
    add_custom_target(unit_tests)
  endif()
  if(NOT "${arg_LABELS}" MATCHES "long|system|browser|golden")
    add_dependencies(unit_tests ${name})
  endif()
endfunction()

# The precompiled doctest header that every test shares; kp_doctest's main runs the tests.
function(kp_add_doctest)
  add_library(kp_doctest STATIC "${CMAKE_SOURCE_DIR}/tests/unit/main.cpp"
                                "${CMAKE_SOURCE_DIR}/tests/unit/precompiled.cpp")
  target_compile_definitions(kp_doctest PUBLIC DOCTEST_CONFIG_SUPER_FAST_ASSERTS)
  target_precompile_headers(kp_doctest PRIVATE <doctest/doctest.h> <string> <vector> <filesystem> <fmt/format.h>)
  target_link_libraries(kp_doctest PUBLIC kp_base kp_warnings)
  # main.cpp needs the implementation part, which a precompiled declaration part would hide.
  set_source_files_properties("${CMAKE_SOURCE_DIR}/tests/unit/main.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
