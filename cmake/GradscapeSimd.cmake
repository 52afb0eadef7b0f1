# gradscape_simd_objects(TARGET SOURCES...): each compiled once for each instruction set, with
# GRADSCAPE_SIMD_SET naming it, as part of TARGET. Sanitizer builds check the sources in one set:
# three would take minutes to compile.
set(gradscape_simd_sets baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT GRADSCAPE_SANITIZE)
  list(APPEND gradscape_simd_sets avx2 avx512)
endif()
set(gradscape_simd_flags_avx2 -mavx2 -mfma)
set(gradscape_simd_flags_avx512 -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma
    -mprefer-vector-width=512)

function(gradscape_simd_objects target)
  foreach(set IN LISTS gradscape_simd_sets)
    set(objects ${target}_simd_${set})
    add_library(${objects} OBJECT ${ARGN})
    # Each kernel by itself: what the compiler inlines must not depend on its neighbours.
    set_target_properties(${objects} PROPERTIES UNITY_BUILD OFF)
    target_compile_definitions(${objects} PRIVATE GRADSCAPE_SIMD_SET=${set})
    if(GRADSCAPE_SANITIZE)
      target_compile_definitions(${objects} PRIVATE GRADSCAPE_FLATTEN=)
    endif()
    # -Wpsabi warns of calls that pass packs by value across translation units: there are none.
    target_compile_options(${objects} PRIVATE -fno-math-errno -fno-trapping-math -Wno-psabi
                           ${gradscape_simd_flags_${set}} ${gradscape_fma_options})
    target_include_directories(${objects} PRIVATE ${PROJECT_SOURCE_DIR}
                               ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${objects} PRIVATE gradscape_options)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  endforeach()
  if(avx512 IN_LIST gradscape_simd_sets)
    target_compile_definitions(${target} PRIVATE GRADSCAPE_X86_SETS)
  endif()
endfunction()
