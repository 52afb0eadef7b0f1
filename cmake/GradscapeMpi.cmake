# Open MPI and MPICH, each by what its own compiler says: both may be there, and programs of one do
# not run with the other. Interface targets gradscape_use_openmpi and gradscape_use_mpich.
set(GRADSCAPE_MPIS "")

# gradscape_ask(VARIABLE COMPILER ARGUMENT): what it prints, as a list; empty where it fails, as the
# other MPI's does.
function(gradscape_ask variable compiler argument)
  set(answer "")
  if(compiler)
    execute_process(COMMAND ${compiler} ${argument} RESULT_VARIABLE status OUTPUT_VARIABLE answer
                    ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT status EQUAL 0)
      set(answer "")
    endif()
    separate_arguments(answer UNIX_COMMAND "${answer}")
  endif()
  set(${variable} "${answer}" PARENT_SCOPE)
endfunction()

# gradscape_use_mpi(MPI FLAGS…): the -I, -L and -l among a compiler's flags.
function(gradscape_use_mpi mpi)
  add_library(gradscape_use_${mpi} INTERFACE)
  foreach(flag IN LISTS ARGN)
    if(flag MATCHES "^-I(.+)")
      target_include_directories(gradscape_use_${mpi} SYSTEM INTERFACE ${CMAKE_MATCH_1})
    elseif(flag MATCHES "^-L(.+)")
      target_link_directories(gradscape_use_${mpi} INTERFACE ${CMAKE_MATCH_1})
    elseif(flag MATCHES "^-l(.+)")
      target_link_libraries(gradscape_use_${mpi} INTERFACE ${CMAKE_MATCH_1})
    elseif(flag MATCHES "^-Wl,.*rpath")  # of installations of one's own
      target_link_options(gradscape_use_${mpi} INTERFACE ${flag})
    endif()
  endforeach()
  # Their old C++ interfaces need libraries of their own.
  target_compile_definitions(gradscape_use_${mpi} INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
  set(GRADSCAPE_MPIS ${GRADSCAPE_MPIS} ${mpi} PARENT_SCOPE)
endfunction()

if(NOT GRADSCAPE_MPI STREQUAL OFF)
  find_program(GRADSCAPE_MPICC_OPENMPI NAMES mpicc.openmpi mpicc)
  find_program(GRADSCAPE_MPICC_MPICH NAMES mpicc.mpich mpicc)
  mark_as_advanced(GRADSCAPE_MPICC_OPENMPI GRADSCAPE_MPICC_MPICH)
  gradscape_ask(openmpi_compile "${GRADSCAPE_MPICC_OPENMPI}" --showme:compile)
  gradscape_ask(openmpi_link "${GRADSCAPE_MPICC_OPENMPI}" --showme:link)
  if(openmpi_compile AND openmpi_link)
    gradscape_use_mpi(openmpi ${openmpi_compile} ${openmpi_link})
  endif()
  gradscape_ask(mpich_compile "${GRADSCAPE_MPICC_MPICH}" -compile_info)
  gradscape_ask(mpich_link "${GRADSCAPE_MPICC_MPICH}" -link_info)
  if(mpich_compile AND mpich_link)
    gradscape_use_mpi(mpich ${mpich_compile} ${mpich_link})
  endif()
  if(NOT GRADSCAPE_MPIS AND GRADSCAPE_MPI STREQUAL ON)
    message(FATAL_ERROR "GRADSCAPE_MPI=ON, but neither Open MPI nor MPICH was found "
      "(Debian packages libopenmpi-dev and libmpich-dev)")
  endif()
endif()
if(NOT GRADSCAPE_MPIS)
  message(STATUS "MPI: no module built, neither Open MPI nor MPICH was asked for and found "
    "(Debian packages libopenmpi-dev, libmpich-dev)")
endif()
