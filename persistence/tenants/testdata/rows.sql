-- At least one row of every table that belongs to a tenant; {m} is in each, and in no
-- other tenant's. What the product writes itself stands there too.
INSERT INTO tenant (id, name) VALUES ('{m}', '{m}');
INSERT INTO team (tenant_id, id, name) VALUES ('{m}', 'red', '{m} red');
INSERT INTO portfolio (id, tenant_id) VALUES ('{m}-p', '{m}');
INSERT INTO account (id, tenant_id, portfolio_id, name) VALUES ('{m}-waba', '{m}', '{m}-p', '{m}');
INSERT INTO meta_app (id, tenant_id, name, sealed_secret, sealed_verify_token) VALUES ('{m}-app', '{m}', '{m}', '{m}', '{m}');
INSERT INTO phone_number (id, tenant_id, account_id, team_id, display, name, sealed_token, app_id)
    SELECT '{m}-' || i, '{m}', '{m}-waba', 'red', '{m} ' || i, '{m}', '{m}', '{m}-app' FROM generate_series(1, 2) i;
INSERT INTO standing (phone_number_id) VALUES ('{m}-1');
INSERT INTO traffic (phone_number_id, span, at, received) VALUES ('{m}-1', 10, now(), 1), ('{m}-1', 3600, now(), 1);
INSERT INTO rating (phone_number_id, at, quality, tier) VALUES ('{m}-1', now(), 'GREEN', 'TIER_1K');
INSERT INTO pace (phone_number_id) VALUES ('{m}-1'), ('{m}-2');
INSERT INTO template (account_id, name, language, tenant_id, meta_id, category, status, components)
    VALUES ('{m}-waba', '{m}', 'en', '{m}', '{m}', 'UTILITY', 'APPROVED', '[]');
INSERT INTO template_sync (account_id) VALUES ('{m}-waba');
INSERT INTO staff (id, tenant_id, email, name, role, password_hash)
    SELECT '{m}-s' || i, '{m}', '{m}' || i || '@x.example', '{m}', 'admin', '{m}' FROM generate_series(1, 2) i;
INSERT INTO staff_team (staff_id, tenant_id, team_id) VALUES ('{m}-s1', '{m}', 'red');
INSERT INTO session (token_hash, staff_id, csrf_token, expires_at) VALUES ('{m}', '{m}-s1', '{m}', now() + interval '1 h');
INSERT INTO password_reset (token_hash, staff_id, by_id, expires_at) VALUES ('{m}', '{m}-s2', '{m}-s1', now());
INSERT INTO second_factor (staff_id, sealed_pending) VALUES ('{m}-s1', '{m}');
INSERT INTO recovery_code (staff_id, code_hash) VALUES ('{m}-s1', '{m}');
INSERT INTO signin_step (token_hash, staff_id, expires_at) VALUES ('{m}', '{m}-s1', now());
INSERT INTO identity_provider (tenant_id, issuer, client_id, sealed_secret, domains, label, trusts_email, trusts_factor, exclusive,
    password_people, joins, join_role, join_teams)
    VALUES ('{m}', 'https://{m}.example', '{m}', '{m}', '{{m}.example}', '{m}', false, false, false, '{}', false, 'agent', '{}');
INSERT INTO identity (tenant_id, issuer, subject, staff_id) VALUES ('{m}', 'https://{m}.example', '{m}', '{m}-s1');
INSERT INTO invitation (tenant_id, id, token_hash, email, role, teams, by_id, by_name, expires_at)
    VALUES ('{m}', '{m}-i', '{m}', '{m}@y.example', 'agent', '{red}', '{m}-s1', '{m}', now());
INSERT INTO api_key (tenant_id, id, name, key_hash, last_four, rights, policy, all_teams, teams, by_id, by_name)
    VALUES ('{m}', '{m}-k', '{m}', '{m}', 'abcd', '{read}', 'own', true, '{}', '{m}-s1', '{m}');
INSERT INTO connection_draft (tenant_id, person_id, body, sealed_token, expires_at) VALUES ('{m}', '{m}-s1', '{}', '{m}', now());
INSERT INTO notice (tenant_id, kind, object_kind, object_id, object_name, detail) VALUES ('{m}', 'k', 'number', '{m}-1', '{m}', '{}');
INSERT INTO delivery (id, tenant_id, channel, address, sealed) VALUES ('{m}-d', '{m}', 'mail', '{m}@x.example', '{m}');
INSERT INTO notice_webhook (tenant_id, url, sealed_secret) VALUES ('{m}', 'https://{m}.example', '{m}');
INSERT INTO quick_reply (tenant_id, id, visibility, shortcut, title, text, changed_by) VALUES ('{m}', '{m}', 'company', 'oi', '{m}', '{m}', '{m}');
INSERT INTO config (tenant_id, kind, version, body, effective_from, author, note, created_at)
    VALUES ('{m}', 'k', 1, '{}', now(), '{m}-s1', '{m}', now());
INSERT INTO config_head (tenant_id, rev) VALUES ('{m}', 1);
INSERT INTO audit (tenant_id, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name)
    SELECT '{m}', 'agent', '{m}-s1', '{m}', '', '', 'number.paused', 'number', '{m}-1', '{m}' FROM generate_series(1, 40);
WITH j AS (INSERT INTO job (tenant_id, kind, key, body, by_id, by_name)
    VALUES ('{m}', 'hand_over', '{m}-s2', '{}', '{m}-s1', '{m}') RETURNING id)
INSERT INTO job_item (job_id, item, state) SELECT id, '{m}-1:c1', 'done' FROM j;
INSERT INTO contact (portfolio_id, id, name) SELECT '{m}-p', 'c' || i, '{m}' FROM generate_series(1, 50) i;
INSERT INTO alias (portfolio_id, kind, value, contact_id) SELECT '{m}-p', 'phone', '{m}' || i, 'c' || i FROM generate_series(1, 50) i;
INSERT INTO consent (portfolio_id, contact_id, scope, stopped, said_at, by_kind) VALUES ('{m}-p', 'c1', '', true, now(), 'customer');
INSERT INTO merge_suggestion (portfolio_id, winner, other, reason) VALUES ('{m}-p', 'c1', 'c2', '{m}');
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, phase, contact_name,
    contact_address, last_at, last_outbound, last_preview, unread, started_at)
    SELECT '{m}-' || 1 + i % 2, 'c' || i, 1, 0, '{m}', '{m}', 'red', 1, '{m}', '{m}', now(), false, '{m}', 1, now() FROM generate_series(1, 50) i;
INSERT INTO event (phone_number_id, contact_id, version, type, at, body)
    SELECT '{m}-' || 1 + i % 2, 'c' || i, 1, 'Received', now(), '{m}' FROM generate_series(1, 50) i;
INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
    SELECT '{m}-' || 1 + i % 2, '{m}.' || i, 'c' || i, 0, 0, '', '{m}', 'text', now(), '{"text": "{m}"}' FROM generate_series(1, 50) i;
INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid)
    SELECT '{m}-' || 1 + i % 2, '{m}.' || i, 'c' || i, '{m}.' || i FROM generate_series(1, 50) i;
INSERT INTO unmatched (phone_number_id, wamid, status, at) VALUES ('{m}-1', '{m}', 'read', now());
INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version) VALUES ('{m}', '{m}-1', 'c1', 1);
INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name, state, attempt)
    VALUES ('{m}-1', '{m}.1', 'c1', '{m}', 'image/png', '', '{m}.png', 'kept', 1);
INSERT INTO upload (tenant_id, id, by_id, name, declared, mime, state) VALUES ('{m}', 'file', '{m}-ana', '{m}', 'text/plain', 'text/plain', 1);
INSERT INTO upload_chunk (tenant_id, upload_id, n, bytes) VALUES ('{m}', 'file', 0, '{m}');
INSERT INTO upload_use (phone_number_id, message_id, contact_id, tenant_id, upload_id) VALUES ('{m}-1', '{m}.1', 'c', '{m}', 'file');
INSERT INTO upload_media (phone_number_id, sha256, mime, media_id, until) VALUES ('{m}-1', 'sum', 'text/plain', '{m}', now());
INSERT INTO media_chunk (phone_number_id, message_id, attempt, n, bytes) VALUES ('{m}-1', '{m}.1', 1, 0, '{m}');
INSERT INTO message_search (phone_number_id, message_id, contact_id, version, at, words) VALUES ('{m}-1', '{m}.1', 'c1', 1, now(), '''t={m}''');
INSERT INTO conversation_search (phone_number_id, contact_id, version, words) VALUES ('{m}-1', 'c1', 1, '''t={m}''');
INSERT INTO follower_problem (name, phone_number_id, contact_id, reason) VALUES ('search', '{m}-1', 'c1', '22P02');
INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
    VALUES (1, '{m}-1', '{m}.1', 1, 'c1', 2, 1, 0, now(), '{m}'), (2, '{m}-1', '{m}.2', 1, 'c1', 0, 0, 0, now(), '{m}'),
        (3, '{m}', '{m}.3', 1, 'Any:{m}', 0, 0, 0, now(), '{m}');
INSERT INTO alarm (grain, version, due_at, next_try)
    VALUES ('Conversation:{m}-1:c1', 1, now() + interval '1 h', now() + interval '1 h'), ('PhoneNumber:{m}-1', 1, now(), now());
INSERT INTO stream (kind, id, version, decided_on, snapshot) VALUES ('PhoneNumber', '{m}-1', 1, 0, '{m}');
INSERT INTO stream_event (kind, id, version, type, at, body) VALUES ('PhoneNumber', '{m}-1', 1, 'Paused', now(), '{m}');
INSERT INTO intake_problem (day, source, seq, event_index, tenant_id, phone_number_id, state, kind, reason, raw, received_at)
    VALUES ('2026-01-01', 1, hashtext('{m}'), 0, '{m}', '{m}-1', 'failed', 'message', '{m}', '{m}', now()),
        ('2026-01-01', 1, hashtext('{m}'), 1, NULL, '{m}-2', 'parked', 'message', '{m}', '{m}', now());
