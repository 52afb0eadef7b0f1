# `cpack` in a build folder makes two Debian packages of what is installed: gradscape, the programs
# with all their words, and libgradscape-dev, the library; and gradscape-openmpi and gradscape-mpich
# where these were found.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME gradscape)
set(CPACK_PACKAGE_VENDOR "The Gradscape authors")
set(CPACK_PACKAGE_CONTACT "The Gradscape authors <gradscape@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL program development ${GRADSCAPE_MPIS})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)  # xz takes ten times as long for a fifth of the bytes
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "loss landscapes of recurrent networks")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
    "Draws the loss landscape of a small recurrent network, exactly and at any size:
where its gradients explode, where they vanish, and the ravine that training has to find.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME gradscape)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)  # finds the drawing module's libraries, too
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "fonts-dejavu-core")  # for figures

set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "Headers, static library and CMake package: find_package(gradscape), gradscape::gradscape.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libgradscape-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "gradscape (= ${PROJECT_VERSION}), libfmt-dev, zlib1g-dev, libcsv-dev, libisal-dev, pkg-config")

foreach(mpi IN LISTS GRADSCAPE_MPIS)
  string(TOUPPER ${mpi} upper)
  set(CPACK_COMPONENT_${upper}_DESCRIPTION
      "Renders by several ranks that mpirun starts: the module for this MPI.")
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME gradscape-${mpi})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "gradscape (= ${PROJECT_VERSION})")
endforeach()
include(CPack)
