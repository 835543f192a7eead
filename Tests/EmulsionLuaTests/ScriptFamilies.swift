import EmulsionPlugins

extension Script {
  /// A session in which some families of scripts are defined.
  static func withFamilies() throws -> Script {
    let script = try Script(isTrusted: true, catalogue: .withPlugins)
    try script.run(familyDefinitions)
    return script
  }

  /// What defines them.
  static let familyDefinitions = """
    function rates(n)
      -- Two kinds of waiting times, by quantiles.
      local list = {}
      for i = 1, n do
        list[i] = -math.log(1 - (i - 0.5) / n) * (i % 3 == 0 and 10 or 1)
      end
      return em.matrix(list)
    end

    function exponential(changes)
      local definition = {
        name = "exponential",
        log_density = function(p, x) return -x:column(1) * p.rate + math.log(p.rate) end,
        statistics = function(x, w) return { n = w:sum(), s = w:dot(x:column(1)) } end,
        estimate = function(s, previous) return { rate = s.n / s.s } end,
        free_parameters = function(p) return 1 end,
      }
      for key, value in pairs(changes or {}) do
        if value == "none" then definition[key] = nil else definition[key] = value end
      end
      return em.family(definition)
    end

    normal = em.family {
      name = "normal",
      log_density = function(p, x)
        local z = (x:column(1) - p.mean) / p.deviation
        return -0.5 * z ^ 2 - math.log(p.deviation) - 0.5 * math.log(2 * math.pi)
      end,
      initial = { mean = 0, deviation = 1 },
      transforms = { deviation = "positive" },
      parameters = { "mean", "deviation" },
      sample = function(p, random) return random:normal(p.mean, p.deviation) end,
    }

    laplace = em.family {
      name = "mine",
      log_density = function(p, x)
        return -(x:column(1) - p.location):abs() / p.scale - math.log(2 * p.scale)
      end,
      -- A quadratic that touches |x − location| from above (Hunter & Lange 2004).
      statistics = function(x, w, p)
        local distance = (x:column(1) - p.location):abs() + 1e-9
        local u = w / distance
        return { n = w:sum(), u = u:sum(), ux = u:dot(x:column(1)), d = w:dot(distance) }
      end,
      estimate = function(s) return { location = s.ux / s.u, scale = s.d / s.n } end,
      initial = { location = 50, scale = 20 },
    }
    """
}
