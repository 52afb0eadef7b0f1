# The libraries. All that are missing are reported at once, each with its Debian package, and with
# the one command that installs them.
set(gradscape_missing "")
set(gradscape_missing_packages "")

# gradscape_require(NAME FOUND_VARIABLE DEBIAN_PACKAGE): notes NAME as missing unless found.
function(gradscape_require name found package)
  if(NOT ${found})
    set(gradscape_missing "${gradscape_missing}\n  ${name} (Debian package ${package})" PARENT_SCOPE)
    set(gradscape_missing_packages "${gradscape_missing_packages} ${package}" PARENT_SCOPE)
  endif()
endfunction()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(CLI11 QUIET)
gradscape_require(CLI11 CLI11_FOUND libcli11-dev)
find_package(nlohmann_json QUIET)
gradscape_require("JSON for Modern C++" nlohmann_json_FOUND nlohmann-json3-dev)
# Its headers alone: a shared library would have to be loaded at each start.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h)
gradscape_require("toml++" TOMLPLUSPLUS_INCLUDE_DIR libtomlplusplus-dev)
find_package(fmt QUIET)
gradscape_require("{fmt}" fmt_FOUND libfmt-dev)
find_package(ZLIB QUIET)
gradscape_require(zlib ZLIB_FOUND zlib1g-dev)
find_library(CSV_LIBRARY csv)
gradscape_require(libcsv CSV_LIBRARY libcsv-dev)
find_package(Eigen3 QUIET NO_MODULE)
gradscape_require(Eigen3 Eigen3_FOUND libeigen3-dev)
# The CUDA toolkit brings it; its host side needs nothing of CUDA.
find_path(THRUST_INCLUDE_DIR thrust/version.h
  HINTS ${CUDAToolkit_ROOT}/include/cccl /usr/local/cuda/include/cccl)
gradscape_require(Thrust THRUST_INCLUDE_DIR libthrust-dev)
find_path(STB_INCLUDE_DIR stb_image_write.h PATH_SUFFIXES stb)
gradscape_require(stb_image_write STB_INCLUDE_DIR libstb-dev)
# Headers alone, of which Beast's HTTP parser is used.
find_path(BOOST_BEAST_INCLUDE_DIR boost/beast/http/parser.hpp)
gradscape_require("Boost.Beast" BOOST_BEAST_INCLUDE_DIR libboost-dev)
find_package(PkgConfig QUIET)
gradscape_require(pkg-config PKG_CONFIG_FOUND pkg-config)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(Cairo QUIET IMPORTED_TARGET pangocairo cairo cairo-svg cairo-pdf)
  pkg_check_modules(Isal QUIET IMPORTED_TARGET libisal)
endif()
gradscape_require("Cairo and Pango" Cairo_FOUND libpango1.0-dev)
gradscape_require("ISA-L" Isal_FOUND libisal-dev)
find_package(benchmark QUIET)
gradscape_require("Google Benchmark" benchmark_FOUND libbenchmark-dev)
if(GRADSCAPE_TESTS)
  find_package(GTest QUIET)
  gradscape_require(GoogleTest GTest_FOUND libgtest-dev)
  if(GTest_FOUND)
    gradscape_require(GoogleMock "TARGET;GTest::gmock" libgmock-dev)
  endif()
  find_package(PNG QUIET)  # reads our pictures back
  gradscape_require(libpng PNG_FOUND libpng-dev)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(Mpfr QUIET IMPORTED_TARGET mpfr)  # the oracle's numbers
  endif()
  gradscape_require(MPFR Mpfr_FOUND libmpfr-dev)
endif()

if(gradscape_missing)
  message(FATAL_ERROR "Gradscape needs libraries that were not found:${gradscape_missing}\n"
    "On Debian or Ubuntu, tools/run.sh installs them; by hand:\n"
    "  apt-get install${gradscape_missing_packages}\n")
endif()
