# Errors and Brier scores of mclust's MclustDA, on the rows it was fitted to and in ten parts: row i is in part (i - 1) mod 10.
# Rscript classify.R FOLDER: the folder has iris.csv, wine.csv and diabetes.csv, as em.dataset(name):write(path) writes them.
suppressMessages(library(mclust))
folder <- commandArgs(trailingOnly = TRUE)[1]
cases <- list(
  list("iris", "EDDA", "VVV"), list("iris", "EDDA", "EEE"), list("iris", "EDDA", "VEV"),
  list("wine", "EDDA", "EEE"), list("wine", "EDDA", "VVI"), list("wine", "EDDA", "EEV"),
  list("diabetes", "EDDA", "VVV"), list("diabetes", "EDDA", "EVI"), list("diabetes", "EDDA", "VII"),
  list("iris", "MclustDA", "VVV"), list("wine", "MclustDA", "VVI"), list("diabetes", "MclustDA", "VVV"))
for (case in cases) {
  data <- read.csv(file.path(folder, paste0(case[[1]], ".csv")))
  label <- if ("label" %in% names(data)) "label" else "class"
  x <- data[, setdiff(names(data), label)]
  class <- factor(data[[label]])
  fit <- function(rows) MclustDA(
    x[rows, ], class[rows], modelType = case[[2]], modelNames = case[[3]], G = if (case[[2]] == "EDDA") NULL else 1,
    verbose = FALSE)
  told <- function(model, rows) {
    p <- predict(model, newdata = x[rows, , drop = FALSE])
    y <- unmap(as.integer(class), groups = seq_along(levels(class)))[rows, , drop = FALSE]
    c(sum(p$classification != class[rows]), sum((p$z - y)^2) / 2)
  }
  all <- seq_len(nrow(x))
  whole <- told(fit(all), all) / nrow(x)
  part <- (all - 1) %% 10
  parts <- rowSums(sapply(0:9, function(f) told(fit(part != f), which(part == f)))) / nrow(x)
  cat(sprintf('("%s", "%s", "%s", %.10f, %.10f, %.10f, %.10f),\n', case[[1]],
    if (case[[2]] == "EDDA") "EDDA" else "MDA", case[[3]], whole[1], whole[2], parts[1], parts[2]))
}
