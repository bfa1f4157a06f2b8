-- Prints what a run came to as one line of JSON, and changes nothing about the requests.
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\nRUN {"requests": %d, "microseconds": %d, "octets": %d, "connect": %d, "read": %d, ' ..
    '"write": %d, "timeout": %d, "status": %d, "p50": %d, "p95": %d, "p99": %d}\n',
    summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.timeout,
    e.status, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
