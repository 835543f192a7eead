-- luarocks make: builds with the Swift toolchain, and installs emulsion.so for the stock Lua 5.4.
rockspec_format = "3.0"
package = "emulsion"
version = "scm-1"
source = { url = "git+file://." }
description = {
  summary = "Finite mixture models fitted by EM",
  detailed = [[
Fits mixtures of Gaussians and of many other families, chooses their number by BIC and its like, and
draws what it found. The core is in Swift; building takes its toolchain, 6.2 or later, and Debian packages
that scripts/setup lists and installs.
]],
  license = "Apache-2.0",
  labels = { "statistics", "clustering" },
}
supported_platforms = { "linux" }
dependencies = { "lua == 5.4" }
build = {
  type = "command",
  build_command = "scripts/run -e ''",
  install = { lib = { emulsion = ".build/release/emulsion.so" } },
}
