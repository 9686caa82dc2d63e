-- For wrk: asks for one path after the other of the file that the environment variable PATHS names. Threads begin at
-- different places, so that they do not go hand in hand.
local paths = {}
for path in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = path end
local threads = 0
function setup(thread)
  thread:set("first", threads * math.floor(#paths / 2))
  threads = threads + 1
end
function init() at = first end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes, failed,
    latency:percentile(99)))
end
