// SPDX-License-Identifier: MIT
#include "tools/common/program.hpp"

int main(int argc, char** argv) { return gradscape::cli::run_program(argc, argv); }
