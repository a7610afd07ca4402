-- Dovecot push-notification driver for mailnode: tells every event of RFC 5423 that Dovecot sees as it
-- happens, one HTTP POST per transaction, the body a JSON array. See mailnode.conf beside it.
--
-- Dovecot waits for this code. Therefore a gateway that does not answer costs one transaction of each
-- process a quarter of a second (plugin setting mailnode_msecs), and then nothing for 10 seconds; what
-- was not sent meanwhile mailnode finds by IMAP, if it has an IMAP source for these accounts.
local silence_seconds = 10

local client
local silent_until = 0

local function escaped(text)
  return (text:gsub('[%c"\\\127]', function(c)
    if c == '"' or c == '\\' then return '\\' .. c end
    return string.format('\\u%04x', c:byte())
  end))
end

local function json(value)
  local kind = type(value)
  if kind == "number" then
    return math.type(value) == "integer" and tostring(value) or string.format("%.0f", value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "table" then
    local out = {}
    if value[1] ~= nil or next(value) == nil then
      for _, element in ipairs(value) do out[#out + 1] = json(element) end
      return "[" .. table.concat(out, ",") .. "]"
    end
    for key, member in pairs(value) do
      out[#out + 1] = json(tostring(key)) .. ":" .. json(member)
    end
    return "{" .. table.concat(out, ",") .. "}"
  end
  return '"' .. escaped(tostring(value)) .. '"'
end

local function expanded(user, variable)
  local ok, value = pcall(user.var_expand, user, variable)
  if ok and value ~= "" then return value end
  return nil
end

-- RFC 5423 section 5: local time with the offset from UTC
local function now()
  local text = os.date("%Y-%m-%dT%H:%M:%S%z")
  return text:sub(1, -3) .. ":" .. text:sub(-2)
end

-- The mailbox's STATUS after the transaction: it is opened a second time for that.
local function status_of(user, name)
  local ok, status = pcall(function()
    local mailbox = user:mailbox(name)
    mailbox:sync()
    local storage = dovecot.storage
    local found = mailbox:status(storage.STATUS_MESSAGES, storage.STATUS_UNSEEN,
      storage.STATUS_UIDNEXT, storage.STATUS_UIDVALIDITY, storage.STATUS_HIGHESTMODSEQ)
    local result = {
      messages = found.messages, unseen = found.unseen, uidnext = found.uidnext,
      uidvalidity = found.uidvalidity, highestmodseq = found.highest_modseq
    }
    mailbox:free()
    return result
  end)
  return ok and status or nil
end

local function post(user, body)
  if os.time() < silent_until then return end
  if client == nil then
    local msecs = tonumber(user:plugin_getenv("mailnode_msecs")) or 250
    client = dovecot.http.client {
      request_timeout_msecs = msecs, connect_timeout_msecs = msecs, max_attempts = 1
    }
  end
  local request = client:request { url = user:plugin_getenv("mailnode_url"), method = "POST" }
  request:add_header("Content-Type", "application/json")
  request:add_header("Authorization", "Bearer " .. user:plugin_getenv("mailnode_token"))
  request:set_payload(body)
  local answer = request:submit()
  local code = answer:status()
  if code // 100 == 2 then return end
  if code >= 9000 then silent_until = os.time() + silence_seconds end  -- there was no answer
  dovecot.i_warning("mailnode did not take events (" .. code .. " " .. answer:reason() .. ")")
end

function dovecot_lua_notify_begin_txn(user)
  return { user = user, events = {} }
end

local function add(context, event)
  local copy = {}
  for key, value in pairs(event) do
    if type(value) ~= "userdata" and type(value) ~= "function" then copy[key] = value end
  end
  context.events[#context.events + 1] = copy
end

-- Dovecot calls both flag handlers at every change, often with empty lists.
local function add_if_any(context, event)
  if (event.flags and #event.flags > 0) or (event.keywords and #event.keywords > 0) then
    add(context, event)
  end
end

-- One function per event: Dovecot does not tell what has none.
dovecot_lua_notify_event_message_new = add
dovecot_lua_notify_event_message_append = add
dovecot_lua_notify_event_message_expunge = add
dovecot_lua_notify_event_message_read = add
dovecot_lua_notify_event_message_trash = add
dovecot_lua_notify_event_flags_set = add_if_any
dovecot_lua_notify_event_flags_clear = add_if_any
dovecot_lua_notify_event_mailbox_create = add
dovecot_lua_notify_event_mailbox_delete = add
dovecot_lua_notify_event_mailbox_rename = add
dovecot_lua_notify_event_mailbox_subscribe = add
dovecot_lua_notify_event_mailbox_unsubscribe = add

function dovecot_lua_notify_end_txn(context, success)
  if not success or #context.events == 0 then return end
  local user = context.user
  local common = {
    user = user.username, service = user.service, session = user.session_id, timestamp = now(),
    pid = expanded(user, "%{pid}"), serverFQDN = expanded(user, "%{hostname}"),
    clientIP = expanded(user, "%{rip}"), authUser = expanded(user, "%{auth_user}")
  }
  local statuses = {}
  local events = {}
  for _, event in ipairs(context.events) do
    for key, value in pairs(common) do event[key] = value end
    local name = event.mailbox
    if event.name ~= "MailboxDelete" and statuses[name] == nil then
      statuses[name] = status_of(user, name) or false
    end
    event.status = statuses[name] or nil
    -- without UIDVALIDITY there is nothing that a mailbox could be known by
    if event.name ~= "MailboxCreate" or event.status then events[#events + 1] = event end
  end
  local ok, problem = pcall(post, user, json(events))
  if not ok then dovecot.i_warning("mailnode: " .. tostring(problem)) end
end
