-- Bodies of requests, one per line, sent in turn by wrk: see http-load.ts.
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local headers = {
  ["authorization"] = "Bearer " .. os.getenv("TOKEN"),
  ["content-type"] = "application/json",
}
local target = os.getenv("TARGET")
local n = 0
request = function()
  n = n % #bodies + 1
  return wrk.format("POST", target, headers, bodies[n])
end
done = function(summary)
  local e = summary.errors
  io.write(string.format("\nRESULT %d %d\n", summary.requests, e.connect + e.read + e.write + e.status + e.timeout))
end
