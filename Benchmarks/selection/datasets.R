# datasets.R FOLDER [NAME…]: writes numeric columns of data sets of R's datasets, MASS and mclust as FOLDER/NAME.csv,
# complete rows alone, with the row names left out; prints one line a set: NAME ROWS COLUMNS.
suppressPackageStartupMessages({
  library(MASS)
  library(mclust)
})
words <- commandArgs(TRUE)
folder <- words[1]

from <- function(package, ...) {
  place <- new.env()
  data(..., package = package, envir = place)
  place
}
mclust_sets <- from("mclust", list = c(
  "acidity", "banknote", "chevron", "cross", "diabetes", "thyroid", "wreath", "EuroUnemployment"))

sets <- list(
  airquality = airquality[1:4], attenu = attenu[c("mag", "dist", "accel")], attitude = attitude, cars = cars,
  faithful = faithful, iris = iris[1:4], longley = longley, mtcars = mtcars, precip = data.frame(precip = precip),
  quakes = quakes, rivers = data.frame(miles = rivers), rock = rock, stackloss = stackloss,
  states = as.data.frame(state.x77), swiss = swiss, trees = trees, USArrests = USArrests,
  LifeCycleSavings = LifeCycleSavings,
  Boston = Boston[c("crim", "nox", "rm", "age", "dis", "lstat", "medv")], cats = cats[2:3], crabs = crabs[4:8],
  fgl = fgl[1:9], galaxies = data.frame(km = galaxies), geyser = geyser, hills = hills, Pima = Pima.tr[1:7],
  acidity = data.frame(acidity = mclust_sets$acidity), banknote = mclust_sets$banknote[-1],
  chevron = mclust_sets$chevron[-1], cross = mclust_sets$cross[-1], diabetes = mclust_sets$diabetes[-1],
  thyroid = mclust_sets$thyroid[-1], wreath = as.data.frame(mclust_sets$wreath))

chosen <- if (length(words) > 1) words[-1] else names(sets)
for (name in chosen) {
  table <- na.omit(as.data.frame(sets[[name]]))
  stopifnot(nrow(table) > 0, all(vapply(table, is.numeric, TRUE)))
  write.csv(table, file.path(folder, paste0(name, ".csv")), row.names = FALSE)
  cat(name, nrow(table), ncol(table), "\n")
}
