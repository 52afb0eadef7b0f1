# gradscape_embed_text(TARGET FILE FUNCTION): the text of FILE becomes a source of TARGET that defines
# FUNCTION, a name with its namespace, which gives it as a std::string_view.
# SPDX-License-Identifier: MIT
if(CMAKE_SCRIPT_MODE_FILE)  # cmake -DFILE=… -DFUNCTION=… -DOUTPUT=… -P GradscapeText.cmake
  # Bytes, in one array that every compiler takes, whatever the text has in it.
  file(READ ${FILE} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n" bytes "${bytes}")
  string(REGEX MATCH "^(.*)::([a-z_]+)$" matched ${FUNCTION})
  file(WRITE ${OUTPUT} "// Made by cmake/GradscapeText.cmake.\n#include <string_view>\n\n"
    "namespace ${CMAKE_MATCH_1} {\nnamespace {\n\n"
    "constexpr unsigned char text[]{\n${bytes}};\n\n}  // namespace\n\n"
    "std::string_view ${CMAKE_MATCH_2}();\n"
    "std::string_view ${CMAKE_MATCH_2}() {\n"
    "    return {reinterpret_cast<const char*>(text), sizeof text};\n}\n\n"
    "}  // namespace ${CMAKE_MATCH_1}\n")
  return()
endif()

function(gradscape_embed_text target file function)
  string(MAKE_C_IDENTIFIER ${function} name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/GradscapeText.cmake)
  add_custom_command(OUTPUT ${source} DEPENDS ${file} ${script} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DFUNCTION=${function} -DOUTPUT=${source} -P ${script})
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
