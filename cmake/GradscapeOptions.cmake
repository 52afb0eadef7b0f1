# Options, build type, and the interface target `gradscape_options` that every target links.
option(GRADSCAPE_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(GRADSCAPE_WERROR "Treat warnings as errors" OFF)
set(GRADSCAPE_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined or thread")
option(GRADSCAPE_FUZZ "Build the fuzzers (clang)" OFF)
option(GRADSCAPE_PYTHON "Build the Python module" OFF)
set(GRADSCAPE_CUDA AUTO CACHE STRING "CUDA kernels: AUTO, ON or OFF")
set_property(CACHE GRADSCAPE_CUDA PROPERTY STRINGS AUTO ON OFF)
set(GRADSCAPE_MPI AUTO CACHE STRING "Modules for ranks by Open MPI and MPICH: AUTO, ON or OFF")
set_property(CACHE GRADSCAPE_MPI PROPERTY STRINGS AUTO ON OFF)

get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT is_multi_config)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # for clang-tidy and editors

add_library(gradscape_options INTERFACE)
target_compile_features(gradscape_options INTERFACE cxx_std_20)
# The same bits everywhere: no contraction, every multiply-add is written out. & and | of conditions
# are meant: for packs there is no short cut.
target_compile_options(gradscape_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off;-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion>
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-bitwise-instead-of-logical>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${GRADSCAPE_WERROR}>>:-Werror>)
if(GRADSCAPE_SANITIZE)
  # GCC's analysis of initialisation does not see through the instrumentation.
  target_compile_options(gradscape_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${GRADSCAPE_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
  target_link_options(gradscape_options INTERFACE -fsanitize=${GRADSCAPE_SANITIZE})
  # For what evaluates: where each fma is a call, tests take twenty times as long. Such a build is
  # for this machine alone, and its "baseline" packs are of AVX2's registers.
  include(CheckCXXSourceRuns)
  check_cxx_source_runs(
    "int main() { return !(__builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"fma\")); }"
    GRADSCAPE_MACHINE_HAS_FMA)
  if(GRADSCAPE_MACHINE_HAS_FMA)
    # GCC's last one has it put vzeroupper before returns, without which SSE code behind is slow.
    set(gradscape_fma_options -mavx2 -mfma $<$<CXX_COMPILER_ID:GNU>:-fexpensive-optimizations>)
  endif()
endif()
if(GRADSCAPE_FUZZ)
  # Coverage alone: to trace each comparison takes longer than the readers do. The fuzzers are
  # linked without what evaluates, and so without its types (vptr); for pointers and for stacks the
  # address sanitizer does at half the price.
  target_compile_options(gradscape_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize-coverage=inline-8bit-counters,pc-table>)
  if(GRADSCAPE_SANITIZE)
    target_compile_options(gradscape_options INTERFACE
      $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=vptr,null,alignment,object-size;-fsanitize-address-use-after-return=never>)
  endif()
endif()

# For programs and tests, after gradscape_options: compiling them, mostly headers of libraries,
# takes longer than running them. There the address sanitizer has to do for pointers.
add_library(gradscape_light_options INTERFACE)
target_compile_options(gradscape_light_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Og>)
if(GRADSCAPE_SANITIZE MATCHES "address.*undefined|undefined.*address")
  target_compile_options(gradscape_light_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=null,alignment,object-size,vptr>)
endif()
