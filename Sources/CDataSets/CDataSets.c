#include "CDataSets.h"

// The files are part of the binary, so no path has to be found at run time.
static const unsigned char acidity[] = {
#embed "data/acidity.csv"
};
static const unsigned char births[] = {
#embed "data/births.csv"
};
static const unsigned char bushfire[] = {
#embed "data/bushfire.csv"
};
static const unsigned char chicks[] = {
#embed "data/chicks.csv"
};
static const unsigned char diabetes[] = {
#embed "data/diabetes.csv"
};
static const unsigned char faithful[] = {
#embed "data/faithful.csv"
};
static const unsigned char galaxies[] = {
#embed "data/galaxies.csv"
};
static const unsigned char iris[] = {
#embed "data/iris.csv"
};
static const unsigned char tone[] = {
#embed "data/tone.csv"
};
static const unsigned char wine[] = {
#embed "data/wine.csv"
};

#define DATA_SET(name) {#name, name, sizeof name}

static const emulsion_data_set data_sets[] = {
    DATA_SET(acidity), DATA_SET(births), DATA_SET(bushfire), DATA_SET(chicks), DATA_SET(diabetes),
    DATA_SET(faithful), DATA_SET(galaxies), DATA_SET(iris), DATA_SET(tone), DATA_SET(wine),
};

size_t emulsion_data_set_count(void) { return sizeof data_sets / sizeof data_sets[0]; }

emulsion_data_set emulsion_data_set_at(size_t position) { return data_sets[position]; }
