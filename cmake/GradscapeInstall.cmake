# What `cmake --install` copies: the programs with their words for shells and man, and the library
# as the package that find_package(gradscape) finds.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(gradscape_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gradscape)

install(TARGETS gradscape_cli gradscape_bench COMPONENT program
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS gradscape_drawing COMPONENT program LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET gradscape_hdf5)
  install(TARGETS gradscape_hdf5 COMPONENT program LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
foreach(mpi IN LISTS GRADSCAPE_MPIS)  # packages of their own: each brings its MPI
  install(TARGETS gradscape_${mpi} COMPONENT ${mpi} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md
              ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

# Completions and the manual page, printed by the program from its own options. A program with
# sanitizers may need a wrapper to start at all, and is not for packages.
if(NOT GRADSCAPE_SANITIZE)
  set(words ${PROJECT_BINARY_DIR}/words)
  set(printed "")
  foreach(shell bash zsh fish)
    add_custom_command(OUTPUT ${words}/gradscape.${shell} VERBATIM DEPENDS gradscape_cli
      COMMAND ${CMAKE_COMMAND} -E make_directory ${words}
      COMMAND gradscape_cli completions ${shell} > ${words}/gradscape.${shell})
    list(APPEND printed ${words}/gradscape.${shell})
  endforeach()
  add_custom_command(OUTPUT ${words}/gradscape.1 VERBATIM DEPENDS gradscape_cli
    COMMAND ${CMAKE_COMMAND} -E make_directory ${words}
    COMMAND gradscape_cli man > ${words}/gradscape.1)
  add_custom_target(gradscape_words ALL DEPENDS ${printed} ${words}/gradscape.1)
  if(TARGET gradscape_tests)  # one of which installs everything
    add_dependencies(gradscape_tests gradscape_words)
  endif()

  install(FILES ${words}/gradscape.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${words}/gradscape.bash RENAME gradscape COMPONENT program
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  # zsh looks in the first below /usr/local, and in the second below /usr.
  foreach(folder site-functions vendor-completions)
    install(FILES ${words}/gradscape.zsh RENAME _gradscape COMPONENT program
            DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${folder})
  endforeach()
  install(FILES ${words}/gradscape.fish COMPONENT program
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

install(TARGETS gradscape EXPORT gradscape-targets COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
# The public headers; what lies in folders below them is the program's own.
file(GLOB public_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/gradscape/*.hpp)
install(FILES ${public_headers} COMPONENT development
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradscape)
install(EXPORT gradscape-targets NAMESPACE gradscape:: COMPONENT development
        DESTINATION ${gradscape_package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/gradscape-config.cmake.in
  ${PROJECT_BINARY_DIR}/gradscape-config.cmake INSTALL_DESTINATION ${gradscape_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradscape-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gradscape-config.cmake
              ${PROJECT_BINARY_DIR}/gradscape-config-version.cmake
        DESTINATION ${gradscape_package_dir} COMPONENT development)
