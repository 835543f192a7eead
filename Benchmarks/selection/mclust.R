# mclust.R FOLDER ROUNDS NAME…: Mclust over 1 … 9 components and all structures on FOLDER/NAME.csv; one line a set:
# NAME, seconds (the least of the rounds), structure, components, BIC (smaller is better). The classes are left in
# FOLDER/NAME.classes.csv.
suppressPackageStartupMessages(library(mclust))
words <- commandArgs(TRUE)
for (name in words[-(1:2)]) {
  table <- read.csv(file.path(words[1], paste0(name, ".csv")))
  seconds <- Inf
  for (round in seq_len(as.integer(words[2]))) {
    seconds <- min(seconds, system.time(fit <- Mclust(table, G = 1:9, verbose = FALSE))["elapsed"])
  }
  write.csv(
    data.frame(class = fit$classification), file.path(words[1], paste0(name, ".classes.csv")), row.names = FALSE)
  cat(name, format(seconds, digits = 4), fit$modelName, fit$G, format(-fit$bic, digits = 12), "\n")
}
