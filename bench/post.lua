-- Posts the bodies of a file, a line each, in turn from the given one on. With a third argument, it looks for errors in
-- the answers, which takes time of its own. Ends in a line of JSON with what came of it.
local requests, place, threads = {}, 0, {}
wrong = 0

setup = function(thread)
    threads[#threads + 1] = thread
end

init = function(arguments)
    local headers = { ["Content-Type"] = "application/json" }
    for body in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("POST", nil, headers, body)
    end
    place = tonumber(arguments[2]) % #requests
    if arguments[3] then
        response = function(_, _, body)
            if body:find('"errors":', 1, true) then
                wrong = wrong + 1
            end
        end
    end
end

request = function()
    place = place % #requests + 1
    return requests[place]
end

done = function(summary, latency)
    local errors, found = summary.errors, 0
    for _, thread in ipairs(threads) do
        found = found + thread:get("wrong")
    end
    io.write(string.format(
        '{"seconds": %.6f, "answers": %d, "bytes": %d, "p50": %d, "p99": %d, ',
        summary.duration / 1e6, summary.requests, summary.bytes, latency:percentile(50), latency:percentile(99)))
    io.write(string.format(
        '"wrong": %d, "refused": %d, "broken": %d, "late": %d}\n',
        found, errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
