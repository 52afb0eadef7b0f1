# Makes the Debian packages of BUILD_DIR, looks into them, and runs the program out of them: unpacked
# below WORK_DIR, and, where we are root, installed there by dpkg itself.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed (${status}): ${ARGV}\n${output}${error}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
function(expect_in text what)
  string(FIND "${text}" "${what}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "'${what}' is not in:\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
get_filename_component(tools ${CMAKE_COMMAND} DIRECTORY)
run(${tools}/cpack --config ${BUILD_DIR}/CPackConfig.cmake -B ${WORK_DIR})
file(GLOB program ${WORK_DIR}/gradscape_${VERSION}_*.deb)
file(GLOB library ${WORK_DIR}/libgradscape-dev_${VERSION}_*.deb)
if(NOT program OR NOT library)
  message(FATAL_ERROR "the packages are not there")
endif()

run(dpkg-deb --contents ${program})
foreach(path usr/bin/gradscape usr/bin/gradscape-bench usr/lib/libgradscape-drawing-${VERSION}.so
        usr/share/man/man1/gradscape.1 usr/share/bash-completion/completions/gradscape
        usr/share/zsh/vendor-completions/_gradscape
        usr/share/fish/vendor_completions.d/gradscape.fish usr/share/doc/gradscape/LICENSE
        usr/share/doc/gradscape/README.md usr/share/doc/gradscape/docs/formats.md)
  expect_in("${output}" " ./${path}\n")
endforeach()
run(dpkg-deb --contents ${library})
foreach(path usr/lib/libgradscape.a usr/include/gradscape/evaluate.hpp
        usr/lib/cmake/gradscape/gradscape-config.cmake)
  expect_in("${output}" " ./${path}\n")
endforeach()
run(dpkg-deb --field ${program} Depends)
foreach(dependency libc6 libpango fonts-dejavu-core)  # pango is the drawing module's
  expect_in("${output}" "${dependency}")
endforeach()
run(dpkg-deb --field ${library} Depends)
expect_in("${output}" "gradscape (= ${VERSION})")

function(use root)
  run(${root}/usr/bin/gradscape --version)
  expect_in("${output}" "gradscape ${VERSION}")
  run(${root}/usr/bin/gradscape surface --size 4 --figure ${WORK_DIR}/figure.svg)
endfunction()
run(dpkg-deb --extract ${program} ${WORK_DIR}/unpacked)
use(${WORK_DIR}/unpacked)

execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT user EQUAL 0)
  message("Unpacked and run; only root could install them with dpkg")
  return()
endif()
# A system of its own, without a shell that could run the packages' ldconfig, and with an empty list
# of packages, so that what they depend on counts as missing.
set(root ${WORK_DIR}/system)
file(MAKE_DIRECTORY ${root}/var/lib/dpkg/info ${root}/var/lib/dpkg/updates)
file(TOUCH ${root}/var/lib/dpkg/status)
run(dpkg --root=${root} --force-depends --unpack ${program} ${library})
use(${root})
run(dpkg-query --root=${root} --listfiles gradscape)
expect_in("${output}" "/usr/share/man/man1/gradscape.1")
message("Installed by dpkg, and run")
