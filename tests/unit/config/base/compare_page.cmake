# Fails unless PROGRAM prints exactly the file PAGE.
execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE printed RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
file(READ "${PAGE}" kept)
if(NOT printed STREQUAL kept)
  message(FATAL_ERROR "${PAGE} is not what the table says; run scripts/update-docs and commit the result")
endif()
