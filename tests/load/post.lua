-- Posts one document again and again, with a pause in milliseconds if there is a second argument; ends in a
-- line of JSON with what came of it.
init = function(arguments)
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = io.open(arguments[1]):read("*a")
    local pause = tonumber(arguments[2] or 0)
    if pause > 0 then
        -- Of that length on average, so that the connections do not ask all at once.
        delay = function()
            return math.random(0, 2 * pause)
        end
    end
end

done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"seconds": %.3f, "answers": %d, "refused": %d, "broken": %d, "late": %d}\n',
        summary.duration / 1e6, summary.requests, errors.status,
        errors.connect + errors.read + errors.write, errors.timeout))
end
