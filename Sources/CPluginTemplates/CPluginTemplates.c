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

static const unsigned char family_lua[] = {
#embed "../../Plugins/Examples/Templates/family.lua"
};
static const unsigned char initializer_lua[] = {
#embed "../../Plugins/Examples/Templates/initializer.lua"
};
static const unsigned char covariance[] = {
#embed "../../Plugins/Examples/Templates/covariance.swift"
};
static const unsigned char initializer[] = {
#embed "../../Plugins/Examples/Templates/initializer.swift"
};
static const unsigned char criterion[] = {
#embed "../../Plugins/Examples/Templates/criterion.swift"
};

emulsion_template emulsion_template_family_lua(void) {
  return (emulsion_template){"template", family_lua, sizeof family_lua};
}

emulsion_template emulsion_template_initializer_lua(void) {
  return (emulsion_template){"template", initializer_lua, sizeof initializer_lua};
}

emulsion_template emulsion_template_covariance(void) {
  return (emulsion_template){"template", covariance, sizeof covariance};
}

emulsion_template emulsion_template_initializer(void) {
  return (emulsion_template){"template", initializer, sizeof initializer};
}

emulsion_template emulsion_template_criterion(void) {
  return (emulsion_template){"template", criterion, sizeof criterion};
}

emulsion_template emulsion_template_c(void) {
  return (emulsion_template){"geometric", geometric, sizeof geometric};
}

emulsion_template emulsion_template_swift(void) {
  return (emulsion_template){"rayleigh", rayleigh, sizeof rayleigh};
}

emulsion_template emulsion_template_header(void) {
  return (emulsion_template){"emulsion_plugin", header, sizeof header};
}
