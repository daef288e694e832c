# kp_fuzz(NAME SOURCES ... [LINK ...]): a libFuzzer program for one parser of
# outside bytes; built by the preset fuzz only. NAME must stand in
# tests/fuzz/all-fuzzers.txt (a lint compares) so that none can vanish.
# Seeds, if any, lie in tests/fuzz/corpus/NAME.
function(kp_fuzz name)
  if(NOT KP_FUZZ)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} kp_warnings)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
