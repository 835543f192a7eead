# Mixtures go to mclust and come back with the same log-densities. Run by scripts/test-interop.
source(file.path(Sys.getenv("INTEROP"), "emulsion.R"))
emulsion <- Sys.getenv("EMULSION")
failures <- character()
folder <- tempfile()
dir.create(folder)
setwd(folder)

run <- function(code) {
  output <- suppressWarnings(system2(emulsion, c("-e", shQuote(code)), stdout = TRUE, stderr = TRUE))
  if (!is.null(attr(output, "status"))) stop(code, ": ", output)
  output
}
compare <- function(name, found, expected) {
  error <- max(abs(found - expected) / pmax(1, abs(expected)))
  if (!isTRUE(error <= 1e-12)) failures <<- c(failures, sprintf("%s: log-densities differ by %.1e", name, error))
}
there_and_back <- function(name, model, data) {
  emulsion_save(model, "peer.json", columns = colnames(data))
  run(paste0(
    'local m = em.load("peer.json") m:save("ours.json") ',
    'em.table{ d = m:logdensity(em.read("', name, '.csv")) }:write("d.csv")'))
  data <- if (model$d == 1) as.vector(data) else data
  expected <- dens(data = data, modelName = model$modelName, parameters = model$parameters, logarithm = TRUE)
  title <- paste(model$modelName, model$G)
  ours <- emulsion_load("ours.json")
  compare(paste0(title, ", in"), read.csv("d.csv")$d, expected)
  compare(paste0(title, ", in and out"), emulsion_logdensity(ours, data), expected)
  if (abs(ours$bic - model$bic) > 1e-8 * abs(model$bic)) {
    failures <<- c(failures, sprintf("%s: BIC is %f, theirs %f", title, ours$bic, model$bic))
  }
  if (any(as.vector(predict(ours, data, what = "dens")) <= 0)) failures <<- c(failures, paste(title, "predict"))
}

set.seed(1)
many <- rbind(
  cbind(rnorm(80, 0, 1), rnorm(80, 5, 2), rnorm(80, -3, 0.5)), cbind(rnorm(120, 4, 2), rnorm(120, -1, 0.7), rnorm(120, 2)))
colnames(many) <- c("a", "b", "c")
one <- many[, 1, drop = FALSE]
for (name in c("many", "one")) write.csv(format(get(name), digits = 17), paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
many <- as.matrix(read.csv("many.csv"))
one <- as.matrix(read.csv("one.csv"))
for (structure in mclust.options("emModelNames")) for (G in c(1, 3)) {
  model <- Mclust(many, G = G, modelNames = structure, verbose = FALSE)
  if (!is.null(model)) there_and_back("many", model, many)
}
for (structure in c("E", "V")) for (G in 1:2) {
  there_and_back("one", Mclust(one[, 1], G = G, modelNames = structure, verbose = FALSE), one)
}
for (structure in c("EII", "VVI", "EEE", "VEV", "VVV")) {
  run(paste0(
    'local t = em.read("many.csv") local m = em.fit(t, { components = 2, covariance = "', structure, '" }) ',
    'm:save("ours.json") em.table{ d = m:logdensity(t) }:write("d.csv")'))
  compare(paste0(structure, ", out"), emulsion_logdensity(emulsion_load("ours.json"), many), read.csv("d.csv")$d)
}
refused <- function(action) inherits(try(action, silent = TRUE), "try-error")
invisible(run('em.fit(em.read("many.csv"), { noise = true }):save("noise.json")'))
if (!refused(emulsion_load("noise.json"))) failures <- c(failures, "noise is no error")
if (!refused(emulsion_save(list(), "none.json"))) failures <- c(failures, "no model is no error")

message(if (length(failures)) paste(failures, collapse = "\n") else "mclust: same log-densities")
quit(status = length(failures) > 0)
