# kp_embed(TARGET NAMESPACE FILES a.html b.css ...)
# Compiles files into TARGET and declares, in "path/of/the/folder/NAMESPACE_assets.h":
#   namespace kiemphieu::NAMESPACE { std::span<const http::Asset> assets(); }
# An asset's path is the file's name. TARGET must link kp_http.
set(KP_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/KpEmbedFiles.cmake")
function(kp_embed target namespace)
  cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
  set(root "${CMAKE_BINARY_DIR}/generated")
  file(RELATIVE_PATH here "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  set(folder "${root}/${here}")
  set(outputs "${folder}/${namespace}_assets.h" "${folder}/${namespace}_assets.cpp")
  list(TRANSFORM arg_FILES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  string(REPLACE ";" "|" files "${arg_FILES}")
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND "${CMAKE_COMMAND}" "-DNAMESPACE=${namespace}" "-DFOLDER=${folder}" "-DFILES=${files}" -P "${KP_EMBED_SCRIPT}"
    DEPENDS ${arg_FILES} "${KP_EMBED_SCRIPT}"
    COMMENT "Embedding the files of ${namespace}"
    VERBATIM)
  target_sources(${target} PRIVATE ${outputs})
  target_include_directories(${target} PRIVATE "${root}" "${folder}")
endfunction()

# kp_embed_text(TARGET NAME FILE): compiles one text file into TARGET and declares
#   namespace kiemphieu::NAMESPACE { std::string_view NAME(); }
# in "NAME.h".
function(kp_embed_text target namespace name file)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  add_custom_command(
    OUTPUT "${folder}/${name}.h" "${folder}/${name}.cpp"
    COMMAND "${CMAKE_COMMAND}" "-DNAMESPACE=${namespace}" "-DNAME=${name}" "-DFOLDER=${folder}"
            "-DTEXT_FILE=${CMAKE_CURRENT_SOURCE_DIR}/${file}" -P "${KP_EMBED_SCRIPT}"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" "${KP_EMBED_SCRIPT}"
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE "${folder}/${name}.h" "${folder}/${name}.cpp")
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()
