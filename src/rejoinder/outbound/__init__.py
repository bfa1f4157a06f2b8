"""The one guarded way out: asking other servers by HTTP and HTTPS.

Owns what addresses may be asked (public ones, and those of the setting `outbound_allow`), how
names become addresses, deadlines, bounds and redirects. Called by what delivers to addresses
that readers chose (webhooks, WebSub) or looks at what they link to. May import `statements`,
`events`, `text` and `errors`. No other room opens connections by HTTP; tests/test_asvs.py sees
to it. Start reading at `fetch.py`, then `connect.py`; why it is so is told in decision 90.
"""
