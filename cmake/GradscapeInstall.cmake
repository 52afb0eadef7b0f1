# What `cmake --install` copies, and the package that find_package(gradscape) then finds.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(gradscape_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gradscape)

install(TARGETS gradscape_cli gradscape_bench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS gradscape_drawing LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS gradscape EXPORT gradscape-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/gradscape DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradscape)
install(EXPORT gradscape-targets NAMESPACE gradscape:: DESTINATION ${gradscape_package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/gradscape-config.cmake.in
  ${PROJECT_BINARY_DIR}/gradscape-config.cmake INSTALL_DESTINATION ${gradscape_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradscape-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gradscape-config.cmake
              ${PROJECT_BINARY_DIR}/gradscape-config-version.cmake
        DESTINATION ${gradscape_package_dir})
