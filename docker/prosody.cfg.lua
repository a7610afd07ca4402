-- Prosody in docker/compose.yaml: one host and the gateway's component. For a try on one machine: clients connect
-- without encryption, and the ports are published on loopback only.
data_path = "/var/lib/prosody"
pidfile = "/tmp/prosody.pid"
log = { { levels = { min = "info" }, to = "console" } }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_hashed"
modules_disabled = { "s2s", "s2s_auth_certs", "tls" }
modules_enabled = { "roster"; "saslauth"; "disco"; "ping"; "carbons"; "pep" }
component_interfaces = { "127.0.0.1" }
component_ports = { 5347 }

VirtualHost "example.com"

Component "mail.example.com"
	component_secret = ENV_COMPONENT_SECRET
