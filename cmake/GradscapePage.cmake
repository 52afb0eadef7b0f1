# gradscape_embed_page(TARGET FOLDER): the files of FOLDER become a source of TARGET that defines
# gradscape::explore::page_files(). With GRADSCAPE_PAGE_FROM_DISK they are read when asked for.
# SPDX-License-Identifier: MIT
if(CMAKE_SCRIPT_MODE_FILE)  # cmake -DFOLDER=… -DOUTPUT=… -P GradscapePage.cmake
  set(types html "text/html" js "text/javascript" css "text/css" svg "image/svg+xml")
  file(GLOB files ${FOLDER}/*)
  list(SORT files)
  set(texts "")
  set(table "")
  set(number 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE ".*[.]" "" extension ${name})
    list(FIND types ${extension} at)
    if(at EQUAL -1)
      message(FATAL_ERROR "${file}: no media type is known for .${extension}")
    endif()
    math(EXPR at "${at} + 1")
    list(GET types ${at} type)
    if(name STREQUAL index.html)
      set(name "")
    endif()
    # Bytes, in literals that every compiler takes, whatever the text has in it.
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" escaped "${hex}")
    string(LENGTH "${escaped}" length)
    string(APPEND texts "constexpr std::string_view parts_${number}[]{\n")
    set(from 0)
    while(from LESS length)
      string(SUBSTRING "${escaped}" ${from} 8000 part)
      string(APPEND texts "    {\"${part}\", sizeof \"${part}\" - 1},\n")
      math(EXPR from "${from} + 8000")
    endwhile()
    string(APPEND texts "};\n")
    string(APPEND table "    {\"${name}\", \"${type}; charset=utf-8\", parts_${number}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(WRITE ${OUTPUT} "// Made by cmake/GradscapePage.cmake.\n"
    "#include \"tools/explore/page_files.hpp\"\n\nnamespace gradscape::explore {\nnamespace {\n\n"
    "${texts}\nconstexpr PageFile files[]{\n${table}};\n\n}  // namespace\n\n"
    "std::span<const PageFile> page_files() { return files; }\n\n}  // namespace gradscape::explore\n")
  return()
endif()

option(GRADSCAPE_PAGE_FROM_DISK "The explorer reads its page from the source folder" OFF)
mark_as_advanced(GRADSCAPE_PAGE_FROM_DISK)

function(gradscape_embed_page target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/page.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/GradscapePage.cmake)
  add_custom_command(OUTPUT ${source} DEPENDS ${files} ${script} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${source} -P ${script})
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  if(GRADSCAPE_PAGE_FROM_DISK)
    target_compile_definitions(${target} PRIVATE GRADSCAPE_PAGE_FOLDER="${folder}")
  endif()
endfunction()
