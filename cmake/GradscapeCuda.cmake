# Decides whether the CUDA kernels are built and enables the language: GRADSCAPE_HAVE_CUDA.
# AUTO builds them where a C++20-capable nvcc works, ON insists, OFF does not look.
set(GRADSCAPE_HAVE_CUDA OFF)
if(NOT GRADSCAPE_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "GRADSCAPE_CUDA is \"${GRADSCAPE_CUDA}\"; it must be AUTO, ON or OFF")
endif()
if(GRADSCAPE_CUDA STREQUAL "OFF")
  return()
endif()

# The toolkit's usual place serves where it is not on PATH.
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
  find_program(GRADSCAPE_NVCC nvcc PATHS /usr/local/cuda/bin)
  mark_as_advanced(GRADSCAPE_NVCC)
  if(GRADSCAPE_NVCC)
    set(ENV{CUDACXX} ${GRADSCAPE_NVCC})
  endif()
endif()

# `native` would fail without a GPU; unless told otherwise, build for every one that is supported.
# CMake must know before the language is enabled.
set(gradscape_all_architectures OFF)
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES AND NOT DEFINED ENV{CUDAARCHS})
  set(gradscape_all_architectures ON)
  set(CMAKE_CUDA_ARCHITECTURES OFF)
endif()

include(CheckLanguage)
check_language(CUDA)
set(gradscape_cuda_problem "")
if(CMAKE_CUDA_COMPILER)
  enable_language(CUDA)
  if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12.0)
    set(gradscape_cuda_problem
      "${CMAKE_CUDA_COMPILER} is ${CMAKE_CUDA_COMPILER_VERSION}; C++20 needs 12.0 or newer")
  endif()
else()
  set(gradscape_cuda_problem "no working nvcc (on PATH, in /usr/local/cuda/bin, or in CUDACXX)")
endif()

if(gradscape_cuda_problem AND GRADSCAPE_CUDA STREQUAL "ON")
  message(FATAL_ERROR "GRADSCAPE_CUDA=ON: ${gradscape_cuda_problem}")
elseif(gradscape_cuda_problem)
  message(STATUS "CUDA kernels: not built, ${gradscape_cuda_problem}")
else()
  set(GRADSCAPE_HAVE_CUDA ON)
  # CMake 3.22 to 3.25 have no C++20 flag for newer nvcc and would silently compile C++17.
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  # The kernels need nothing that the oldest architecture lacks: compiled once to its PTX, and from
  # that to machine code for each, they take a third of the time of -arch=all-major.
  if(gradscape_all_architectures AND CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 13.0)
    set(GRADSCAPE_CUDA_ARCH_FLAG --compress-mode=size
      --generate-code=arch=compute_75,code=[compute_75,sm_75,sm_80,sm_90,sm_100,sm_110,sm_120])
  elseif(gradscape_all_architectures)
    set(GRADSCAPE_CUDA_ARCH_FLAG -arch=all-major)
  endif()
  # With the static runtime the program also starts where no driver is installed.
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  find_package(CUDAToolkit REQUIRED)
  message(STATUS "CUDA kernels: ${CMAKE_CUDA_COMPILER} ${CMAKE_CUDA_COMPILER_VERSION}")
endif()
