// armadillo FOLDER full|diagonal ITERATIONS: seconds of an EM iteration of Armadillo, as JSON.
//
// It tells only how long a whole fit takes, so an iteration is the difference between two fits.
#include <armadillo>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

static arma::mat columns(const std::string& path, arma::uword rows, arma::uword count) {
  std::ifstream file(path, std::ios::binary);
  arma::mat values(rows, count);
  file.read(reinterpret_cast<char*>(values.memptr()), rows * count * sizeof(double));
  return values;
}

template <typename Model, typename Covariances>
static void measure(const arma::mat& x, const arma::mat& means, const Covariances& start, int iterations) {
  const double n = x.n_cols;
  double loglik = 0;
  auto fit = [&](int count) {
    Model model;
    model.set_params(means, start, arma::rowvec(means.n_cols).fill(1.0 / means.n_cols));
    const auto begin = std::chrono::steady_clock::now();
    model.learn(x, means.n_cols, arma::eucl_dist, arma::keep_existing, 0, count, 1e-10, false);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    loglik = n * model.avg_log_p(x);
    return seconds.count();
  };
  fit(1);
  const double first = fit(1), whole = fit(iterations + 1);
  fit(iterations);
  std::printf("{\"loglik\": [%.17g], \"seconds\": [%.17g]}\n", loglik, (whole - first) / iterations);
}

int main(int, char** arguments) {
  const std::string folder = arguments[1], covariance = arguments[2];
  arma::uword rows, dimension, components;
  std::ifstream(folder + "/shape.txt") >> rows >> dimension >> components;
  const arma::mat x = columns(folder + "/x.bin", rows, dimension).t();
  const arma::mat means = columns(folder + "/means.bin", components, dimension).t();
  const arma::vec variances = columns(folder + "/variances.bin", dimension, 1);
  if (covariance == "full") {
    arma::cube start(dimension, dimension, components);
    start.each_slice() = arma::diagmat(variances);
    measure<arma::gmm_full>(x, means, start, std::stoi(arguments[3]));
  } else {
    arma::mat start(dimension, components);
    start.each_col() = variances;
    measure<arma::gmm_diag>(x, means, start, std::stoi(arguments[3]));
  }
}
