# Mixtures of Gaussians between Emulsion and mclust.
#
#   source("emulsion.R")
#   model <- emulsion_load("best.json")             # a densityMclust: predict(), plot(), dens()
#   emulsion_save(model, "mine.json", columns)      # a Mclust or densityMclust, for em.load and `emulsion predict`
#
# It needs mclust and jsonlite: copy this file beside your own.

suppressPackageStartupMessages({
  library(mclust)
  library(jsonlite)
})

# The mixture that Emulsion saved, as mclust keeps one. Its model is "VVV", or "V" of one column, which hold the
# covariances of any structure; `emulsion` is the structure's name. Components keep their order. There are no data in it.
emulsion_load <- function(path) {
  document <- fromJSON(path, simplifyVector = TRUE, simplifyMatrix = FALSE, simplifyDataFrame = FALSE)
  p <- emulsion_parameters(document, path)
  d <- nrow(p$mean)
  G <- ncol(p$mean)
  variance <- if (d == 1) {
    list(modelName = "V", d = 1, G = G, sigmasq = as.vector(p$sigma))
  } else {
    factors <- array(apply(p$sigma, 3, chol), c(d, d, G))
    list(modelName = "VVV", d = d, G = G, sigma = p$sigma, cholsigma = factors)
  }
  if (d == 1) variance$scale <- variance$sigmasq
  parameters <- list(pro = p$pro, mean = if (d == 1) as.vector(p$mean) else p$mean, variance = variance)
  criteria <- document$criteria
  columns <- if (is.null(document$columns)) paste0("x", seq_len(d)) else unlist(document$columns)
  structure(
    list(
      # mclust asks these how many columns there are.
      data = matrix(numeric(), 0, d, dimnames = list(NULL, columns)),
      modelName = variance$modelName, n = document$fit$observations, d = d, G = G, hypvol = NA,
      loglik = if (is.null(criteria)) NA_real_ else criteria$loglik,
      # mclust's is the negative of Emulsion's.
      bic = if (is.null(criteria)) NA_real_ else -criteria$bic,
      df = criteria$freeParameters, parameters = parameters, emulsion = document$covariance),
    class = c("densityMclust", "Mclust"))
}

# Writes a mixture that mclust fitted, for Emulsion. `columns` are the names of the columns, which are those of the
# data that it was fitted to, or x1, x2, ….
emulsion_save <- function(model, path, columns = NULL) {
  if (!inherits(model, "Mclust") || is.null(model$parameters)) stop("this is no fitted Mclust", call. = FALSE)
  if (!is.null(model$parameters$Vinv)) stop("models with noise have no counterpart in this file", call. = FALSE)
  p <- model$parameters
  G <- model$G
  mean <- if (model$d == 1) matrix(p$mean, 1) else as.matrix(p$mean)
  d <- nrow(mean)
  sigma <- if (d == 1) array(rep_len(p$variance$sigmasq, G), c(1, 1, G)) else p$variance$sigma
  if (is.null(columns)) columns <- rownames(mean)
  if (is.null(columns)) columns <- paste0("x", seq_len(d))
  if (length(columns) != d || anyDuplicated(columns)) {
    stop(sprintf("the mixture has %d columns, of which each needs a name of its own", d), call. = FALSE)
  }
  # mclust's names for one column or one component are others.
  name <- c(E = "tied", V = "full", X = "full", XII = "spherical", XXI = "diagonal", XXX = "full")[model$modelName]
  if (is.na(name)) name <- model$modelName
  if (d == 1 && G > 1 && name == "VVV") name <- "full"
  document <- list(
    format = unbox("emulsion-parameters"), version = unbox(1L), family = unbox("gaussian"),
    covariance = unbox(unname(name)), columns = columns,
    weights = if (G == 1) 1 else p$pro / sum(p$pro),
    means = lapply(seq_len(G), function(k) mean[, k]),
    covariances = lapply(seq_len(G), function(k) {
      lapply(seq_len(d), function(i) sigma[i, , k])
    }),
    source = unbox(paste("mclust", utils::packageVersion("mclust"))))
  if (!is.null(model$loglik)) {
    document$loglik <- unbox(model$loglik)
    document$observations <- unbox(as.integer(model$n))
  }
  writeLines(toJSON(document, digits = NA, pretty = TRUE), path)
  invisible(model)
}

# Log-densities of rows under a mixture that emulsion_load made.
emulsion_logdensity <- function(model, data) {
  data <- if (model$d == 1) as.vector(as.matrix(data)) else as.matrix(data)
  dens(data = data, modelName = model$modelName, parameters = model$parameters, logarithm = TRUE)
}

# Weights (pro), means (d × G) and covariances (d × d × G) of a file.
emulsion_parameters <- function(document, path) {
  stack <- function(matrices) {
    d <- nrow(matrices[[1]])
    array(unlist(matrices), c(d, d, length(matrices)))
  }
  if (identical(document$format, "emulsion-parameters")) {
    covariances <- lapply(document$covariances, function(rows) do.call(rbind, rows))
    return(list(pro = document$weights, mean = do.call(cbind, document$means), sigma = stack(covariances)))
  }
  if (!identical(document$format, "emulsion-model") || !identical(document$family, "gaussian")) {
    stop(path, ": no mixture of Gaussians saved by Emulsion", call. = FALSE)
  }
  mixture <- document$mixture
  if (!is.null(mixture$noise)) stop(path, ": models with noise have no counterpart here", call. = FALSE)
  frame <- mixture$family$frame
  # x = origin + scale · C · z
  linear <- diag(2^frame$exponents, length(frame$exponents))
  if (!is.null(frame$map)) linear <- linear %*% matrix(unlist(frame$map$values), nrow(linear), byrow = TRUE)
  matrix_of <- function(scatter) {
    d <- scatter$dimension
    values <- unlist(scatter$values)
    if (scatter$form == "spherical") return(diag(values[1], d))
    if (scatter$form == "diagonal") return(diag(values, d))
    result <- matrix(0, d, d)
    # By rows of the upper triangle, that is by columns of the lower one.
    result[lower.tri(result, diag = TRUE)] <- values
    result[upper.tri(result)] <- t(result)[upper.tri(result)]
    result
  }
  list(
    pro = unlist(mixture$weights),
    mean = do.call(cbind, lapply(mixture$components, function(c) frame$origin + as.vector(linear %*% unlist(c$mean)))),
    sigma = stack(lapply(mixture$components, function(c) linear %*% matrix_of(c$covariance) %*% t(linear))))
}
