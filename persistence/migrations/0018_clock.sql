-- Business time is the database's clock and this offset. Where it is 0, binaries of before
-- live beside newer ones. A demo kept its offset itself and moved what it stored back onto
-- the database's clock: both change here.

-- +goose Up
ALTER TABLE installation ADD COLUMN ahead interval NOT NULL DEFAULT '0'; -- moved by demos only, and never back
-- +goose StatementBegin
DO $$
DECLARE
    kept interval;
BEGIN
    IF NOT EXISTS (SELECT FROM information_schema.columns
        WHERE table_schema = 'prosa_demo' AND table_name = 'state' AND column_name = 'ahead') THEN
        RETURN;
    END IF;
    EXECUTE 'SELECT coalesce((SELECT ahead FROM prosa_demo.state), ''0'')' INTO kept;
    EXECUTE 'ALTER TABLE prosa_demo.state DROP COLUMN ahead';
    UPDATE installation SET ahead = kept, oldest = 18;
    UPDATE alarm SET due_at = due_at + kept, next_try = next_try + kept;
    UPDATE effect SET not_before = not_before + kept, window_closes_at = window_closes_at + kept;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
    kept interval;
BEGIN
    SELECT ahead INTO kept FROM installation;
    IF to_regclass('prosa_demo.state') IS NOT NULL THEN
        EXECUTE format('ALTER TABLE prosa_demo.state ADD COLUMN ahead interval NOT NULL DEFAULT %L', kept);
        EXECUTE 'ALTER TABLE prosa_demo.state ALTER COLUMN ahead SET DEFAULT ''0''';
    END IF;
    UPDATE alarm SET due_at = due_at - kept, next_try = next_try - kept;
    UPDATE effect SET not_before = not_before - kept, window_closes_at = window_closes_at - kept;
    UPDATE installation SET oldest = 17 WHERE oldest = 18;
END $$;
-- +goose StatementEnd
ALTER TABLE installation DROP COLUMN ahead;
