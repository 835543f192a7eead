#include "CPluginTemplates.h"

// New plugins begin as the examples that the tests load.
static const unsigned char geometric[] = {
#embed "../../Plugins/Examples/Geometric/geometric.c"
};
static const unsigned char rayleigh[] = {
#embed "../../Plugins/Examples/Rayleigh/Sources/Rayleigh.swift"
};
static const unsigned char header[] = {
#embed "../CEmulsionPlugin/include/emulsion_plugin.h"
};

emulsion_template emulsion_template_c(void) {
  return (emulsion_template){"geometric", geometric, sizeof geometric};
}

emulsion_template emulsion_template_swift(void) {
  return (emulsion_template){"rayleigh", rayleigh, sizeof rayleigh};
}

emulsion_template emulsion_template_header(void) {
  return (emulsion_template){"emulsion_plugin", header, sizeof header};
}
