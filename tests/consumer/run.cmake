# Installs BUILD_DIR into a fresh prefix below WORK_DIR, then configures, builds and runs the
# consumer project against it with the same compiler and generator.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed (${status}): ${ARGV}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
foreach(own core internal)
  if(EXISTS ${WORK_DIR}/prefix/include/gradscape/${own})
    message(FATAL_ERROR "include/gradscape/${own} is not public, but was installed")
  endif()
endforeach()
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK_DIR}/build -G ${GENERATOR}
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
run(${WORK_DIR}/build/consumer ${WORK_DIR})
run(${WORK_DIR}/prefix/bin/gradscape surface --size 4 --figure ${WORK_DIR}/surface.svg)
