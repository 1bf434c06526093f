SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounts (
    name text NOT NULL COLLATE pg_catalog."C",
    closed_until bigint,
    reason text,
    detail text,
    level integer NOT NULL,
    streak integer NOT NULL,
    ramp integer,
    tat bigint NOT NULL,
    day integer NOT NULL,
    spent integer NOT NULL,
    changed_at bigint NOT NULL
)
WITH (fillfactor='10');
COMMENT ON COLUMN public.accounts.closed_until IS 'null: open; FOREVER: until somebody resumes it';
COMMENT ON COLUMN public.accounts.reason IS 'busy, failing, credentials, operator';
COMMENT ON COLUMN public.accounts.level IS 'closings in a row; drives how long the next one lasts';
COMMENT ON COLUMN public.accounts.streak IS 'failures in a row while open';
COMMENT ON COLUMN public.accounts.ramp IS 'null: no limit but the account''s own; else calls allowed in flight';
COMMENT ON COLUMN public.accounts.tat IS 'GCRA: theoretical arrival time, microseconds';
COMMENT ON COLUMN public.accounts.day IS 'UTC day number of the budget';
COMMENT ON COLUMN public.accounts.spent IS 'turns marked on that day';
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attempts (
    turn_id bigint NOT NULL,
    number integer NOT NULL,
    call text NOT NULL,
    owner bigint NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    outcome text,
    http_status integer,
    error text,
    request_id text,
    evidence text
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000', autovacuum_vacuum_cost_delay='0');
COMMENT ON COLUMN public.attempts.evidence IS 'JSON';
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail text
);
CREATE SEQUENCE public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.brake_counts (
    key bigint NOT NULL,
    hour_at bigint NOT NULL,
    hour integer NOT NULL,
    day_at bigint NOT NULL,
    day integer NOT NULL
)
WITH (fillfactor='70');
COMMENT ON COLUMN public.brake_counts.key IS 'a digest of route and customer';
COMMENT ON COLUMN public.brake_counts.hour_at IS 'when the hour began that is being counted';
CREATE TABLE public.conflicts (
    id bigint NOT NULL,
    event_id bigint NOT NULL,
    hash text NOT NULL,
    text text,
    received_at bigint NOT NULL
);
CREATE SEQUENCE public.conflicts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.conflicts_id_seq OWNED BY public.conflicts.id;
CREATE TABLE public.conversations (
    id bigint NOT NULL,
    route text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    account text NOT NULL,
    agent text NOT NULL,
    customer text,
    subject text,
    status text NOT NULL,
    reason text,
    chat_id text,
    chat_number integer DEFAULT 0 NOT NULL,
    greeting text,
    baseline integer,
    opening boolean NOT NULL,
    braked_at integer,
    note text,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL
);
COMMENT ON COLUMN public.conversations.customer IS 'JSON';
COMMENT ON COLUMN public.conversations.chat_number IS 'how many chats were opened before';
COMMENT ON COLUMN public.conversations.baseline IS 'user entries the chat held before our first turn in it; null: to be read';
COMMENT ON COLUMN public.conversations.opening IS 'an open was begun whose outcome is not recorded';
COMMENT ON COLUMN public.conversations.braked_at IS 'the position at which a brake stopped it last; brakes count from there on';
COMMENT ON COLUMN public.conversations.note IS 'what a person last wrote for the agent; a new chat is told it too';
CREATE SEQUENCE public.conversations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.conversations_id_seq OWNED BY public.conversations.id;
CREATE TABLE public.endpoints (
    name text NOT NULL COLLATE pg_catalog."C",
    failing_since bigint,
    failed_at bigint,
    error text,
    disabled_at bigint,
    reason text,
    changed_at bigint NOT NULL
);
COMMENT ON COLUMN public.endpoints.name IS 'a way back, such as webhook';
COMMENT ON COLUMN public.endpoints.failing_since IS 'first failure since the last success; null while all is well';
COMMENT ON COLUMN public.endpoints.reason IS 'why it is disabled: failing, gone, operator';
CREATE TABLE public.event_bodies (
    event_id bigint NOT NULL,
    body bytea NOT NULL
);
CREATE TABLE public.events (
    id bigint NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    external_id text NOT NULL COLLATE pg_catalog."C",
    given_id text,
    hash text NOT NULL,
    status text NOT NULL,
    reason text,
    route text,
    conversation_key text,
    text text,
    subject text,
    customer text,
    metadata text,
    callback text,
    priority smallint NOT NULL,
    occurred_at bigint,
    due_at bigint,
    received_at bigint NOT NULL,
    conflicts integer DEFAULT 0 NOT NULL
);
COMMENT ON COLUMN public.events.given_id IS 'the id a refused message came with; its own external_id is made up';
COMMENT ON COLUMN public.events.text IS 'null once a turn holds it';
COMMENT ON COLUMN public.events.customer IS 'JSON';
COMMENT ON COLUMN public.events.metadata IS 'JSON';
COMMENT ON COLUMN public.events.callback IS 'JSON';
CREATE SEQUENCE public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
CREATE TABLE public.followups (
    id bigint NOT NULL,
    status text NOT NULL,
    reason text,
    route text COLLATE pg_catalog."C",
    conversation_key text COLLATE pg_catalog."C",
    due_at bigint NOT NULL,
    after bigint,
    keep boolean DEFAULT false NOT NULL,
    expires_at bigint,
    created_at bigint NOT NULL,
    ended_at bigint
);
COMMENT ON COLUMN public.followups.id IS 'the id of its event';
COMMENT ON COLUMN public.followups.route IS 'its event''s, kept here so that a message finds what waits in its conversation';
COMMENT ON COLUMN public.followups.due_at IS 'not before this time; moved by newer messages and closed hours';
COMMENT ON COLUMN public.followups.after IS 'counted from the conversation''s last message; null: at a set time';
COMMENT ON COLUMN public.followups.keep IS 'stays when the customer writes again';
COMMENT ON COLUMN public.followups.expires_at IS 'too late to be sent; null: never';
COMMENT ON COLUMN public.followups.ended_at IS 'when it stopped being scheduled';
CREATE TABLE public.grants (
    account text NOT NULL COLLATE pg_catalog."C",
    worker_id bigint NOT NULL,
    slots integer NOT NULL,
    in_flight integer NOT NULL,
    turns integer DEFAULT 0 NOT NULL,
    at bigint NOT NULL
)
WITH (fillfactor='10');
COMMENT ON COLUMN public.grants.turns IS 'of the day''s budget: reserved, not marked yet';
CREATE TABLE public.joined (
    event_id bigint NOT NULL,
    turn_id bigint NOT NULL,
    start integer NOT NULL,
    length integer NOT NULL
);
COMMENT ON COLUMN public.joined.start IS 'where its words begin in the turn''s text, in code points';
CREATE TABLE public.lanes (
    id bigint NOT NULL,
    account text NOT NULL COLLATE pg_catalog."C",
    route text NOT NULL COLLATE pg_catalog."C",
    priority smallint NOT NULL,
    backlog_id bigint DEFAULT '0'::bigint NOT NULL,
    paused boolean NOT NULL
);
CREATE SEQUENCE public.lanes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.lanes_id_seq OWNED BY public.lanes.id;
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    kind text NOT NULL,
    chat_id text,
    body text NOT NULL,
    status text NOT NULL,
    reason text,
    attempts integer NOT NULL,
    ready_at bigint,
    owner bigint,
    created_at bigint NOT NULL,
    ended_at bigint
);
COMMENT ON COLUMN public.outbox.kind IS 'tell, or what the provider is asked: hold, brief, release, end, forget';
COMMENT ON COLUMN public.outbox.chat_id IS 'the chat that the provider is asked about';
COMMENT ON COLUMN public.outbox.body IS 'JSON: what is told';
CREATE TABLE public.outbox_attempts (
    item_id bigint NOT NULL,
    number integer NOT NULL,
    owner bigint NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    outcome text,
    http_status integer,
    error text
);
CREATE SEQUENCE public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;
CREATE TABLE public.raw_bodies (
    turn_id bigint NOT NULL,
    number integer NOT NULL,
    body bytea NOT NULL
);
CREATE TABLE public.replies (
    id bigint NOT NULL,
    turn_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    channel text NOT NULL,
    marker text NOT NULL,
    turn_status text NOT NULL,
    turn_revision integer NOT NULL,
    turn_reason text,
    status text NOT NULL,
    reason text,
    attempts integer NOT NULL,
    delays integer DEFAULT 0 NOT NULL,
    failed_since bigint,
    insisted boolean DEFAULT false NOT NULL,
    ready_at bigint,
    owner bigint,
    created_at bigint NOT NULL,
    delivered_at bigint
);
COMMENT ON COLUMN public.replies.delays IS 'times put off since it was queued; the schedule';
COMMENT ON COLUMN public.replies.failed_since IS 'first failed delivery since it was queued, or queued again';
COMMENT ON COLUMN public.replies.insisted IS 'leaves whatever has happened since';
COMMENT ON COLUMN public.replies.ready_at IS 'null: under way, final, or waiting for its endpoint to be enabled';
COMMENT ON COLUMN public.replies.delivered_at IS 'kept while it is delivered once more';
CREATE SEQUENCE public.replies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.replies_id_seq OWNED BY public.replies.id;
CREATE TABLE public.reply_attempts (
    reply_id bigint NOT NULL,
    number integer NOT NULL,
    owner bigint NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    outcome text,
    http_status integer,
    error text
);
CREATE TABLE public.routes (
    name text NOT NULL COLLATE pg_catalog."C",
    paused boolean NOT NULL,
    reason text,
    detail text,
    agent text,
    changed_at bigint NOT NULL
);
COMMENT ON COLUMN public.routes.agent IS 'the agent that was last opened with success';
CREATE TABLE public.schedule (
    conversation_id bigint NOT NULL,
    lane bigint NOT NULL,
    ready_at bigint,
    owner bigint,
    head integer NOT NULL,
    tail integer NOT NULL,
    claims integer NOT NULL,
    held text
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000', autovacuum_vacuum_cost_delay='0');
COMMENT ON COLUMN public.schedule.ready_at IS 'null: leased, held or empty';
COMMENT ON COLUMN public.schedule.head IS 'no open turn lies below this position';
COMMENT ON COLUMN public.schedule.tail IS 'the last position given out';
COMMENT ON COLUMN public.schedule.claims IS 'claims since the last outcome';
COMMENT ON COLUMN public.schedule.held IS 'why nothing of it is sent: unknown, handed_off, resuming, closed';
CREATE TABLE public.ticks (
    name text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL
)
WITH (fillfactor='10');
CREATE TABLE public.tokens (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    routes text NOT NULL,
    source text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint,
    used_on integer
);
COMMENT ON COLUMN public.tokens.hash IS 'hex SHA-256 of the token, which itself is kept nowhere';
COMMENT ON COLUMN public.tokens.routes IS 'JSON: the routes it may hand messages in for';
COMMENT ON COLUMN public.tokens.source IS 'the source of every event that comes with it';
COMMENT ON COLUMN public.tokens.used_on IS 'UTC day number of its last use';
CREATE SEQUENCE public.tokens_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tokens_id_seq OWNED BY public.tokens.id;
CREATE TABLE public.trouble (
    turn_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    kind text NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.turns (
    id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    "position" integer NOT NULL,
    status text NOT NULL,
    reason text,
    text text NOT NULL,
    answer text,
    agent_state text,
    provider_chat_id text,
    provider_turn integer,
    attempts integer NOT NULL,
    last_send integer,
    tries integer NOT NULL,
    delays integer NOT NULL,
    revision integer NOT NULL,
    settled_by text,
    priority smallint NOT NULL,
    backlog_id bigint,
    followup_id bigint,
    counted boolean DEFAULT false NOT NULL,
    accepted_at bigint NOT NULL,
    due_at bigint NOT NULL,
    open_until bigint,
    tried_since bigint,
    sent_at bigint,
    ended_at bigint
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000', autovacuum_vacuum_cost_delay='0');
COMMENT ON COLUMN public.turns.id IS 'the id of the event that made it';
COMMENT ON COLUMN public.turns.attempts IS 'attempt rows written';
COMMENT ON COLUMN public.turns.last_send IS 'number of the newest attempt that sends';
COMMENT ON COLUMN public.turns.tries IS 'sends that count against max_attempts';
COMMENT ON COLUMN public.turns.delays IS 'times put off since the last try that counted; drives backoff';
COMMENT ON COLUMN public.turns.counted IS 'by the brakes of its route';
COMMENT ON COLUMN public.turns.open_until IS 'until then quick messages are joined to it; null: none ever was to be';
COMMENT ON COLUMN public.turns.tried_since IS 'first attempt since it was accepted or put back; give_up_after counts from it';
CREATE TABLE public.workers (
    id bigint NOT NULL,
    name text NOT NULL,
    started_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    dead boolean NOT NULL,
    stopping boolean NOT NULL,
    claimed_at bigint
)
WITH (fillfactor='10');
COMMENT ON COLUMN public.workers.claimed_at IS 'when it last looked for work';
CREATE SEQUENCE public.workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.workers_id_seq OWNED BY public.workers.id;
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.conflicts ALTER COLUMN id SET DEFAULT nextval('public.conflicts_id_seq'::regclass);
ALTER TABLE ONLY public.conversations ALTER COLUMN id SET DEFAULT nextval('public.conversations_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.lanes ALTER COLUMN id SET DEFAULT nextval('public.lanes_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
ALTER TABLE ONLY public.replies ALTER COLUMN id SET DEFAULT nextval('public.replies_id_seq'::regclass);
ALTER TABLE ONLY public.tokens ALTER COLUMN id SET DEFAULT nextval('public.tokens_id_seq'::regclass);
ALTER TABLE ONLY public.workers ALTER COLUMN id SET DEFAULT nextval('public.workers_id_seq'::regclass);
INSERT INTO public.accounts VALUES ('osvi', NULL, NULL, NULL, 0, 0, NULL, 0, 20785, 0, 1795889756536);
INSERT INTO public.accounts VALUES ('legacy', 4611686018427387904, 'operator', 'its contract has ended', 0, 0, NULL, 0, 20785, 0, 1795889751530);
INSERT INTO public.accounts VALUES ('synthflow', NULL, NULL, NULL, 0, 0, NULL, 0, 20785, 0, 1795889756536);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.attempts VALUES (29, 1, 'open', 1, 1795889756712, 1795889756760, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (59, 1, 'open', 1, 1795889756712, 1795889756760, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (3, 1, 'open', 1, 1795889756712, 1795889756760, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (33, 1, 'open', 1, 1795889756712, 1795889756760, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (40, 1, 'open', 1, 1795889756712, 1795889756760, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (62, 1, 'open', 1, 1795889756712, 1795889756760, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (59, 2, 'send', 1, 1795889756806, 1795889756922, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (29, 2, 'send', 1, 1795889756806, 1795889756922, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (33, 2, 'send', 1, 1795889756806, 1795889756922, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (3, 2, 'send', 1, 1795889756806, 1795889756922, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (62, 2, 'send', 1, 1795889756806, 1795889756922, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (40, 2, 'send', 1, 1795889756806, 1795889756922, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (50, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (51, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (53, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (36, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (38, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (46, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (54, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (56, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (58, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (60, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (61, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (21, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (22, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (24, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (49, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (47, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (48, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (65, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (69, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (67, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (72, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (74, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (76, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (6, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (7, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (13, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (11, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (15, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (16, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (18, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (17, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (63, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (41, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (44, 1, 'open', 1, 1795889756824, 1795889757016, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (50, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (51, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (53, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (36, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (38, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (54, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (56, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (58, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (60, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (61, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (21, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (22, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (24, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (49, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (47, 2, 'send', 1, 1795889757069, 1795889757149, 'refused', 422, 'OSVI answered 422: request could not be processed', NULL, NULL);
INSERT INTO public.attempts VALUES (48, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (65, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (69, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (67, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (72, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (74, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (76, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (7, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (13, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (11, 2, 'send', 1, 1795889757069, 1795889757149, 'refused', 422, 'OSVI answered 422: request could not be processed', NULL, NULL);
INSERT INTO public.attempts VALUES (15, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (16, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (18, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (17, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (63, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (41, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (44, 2, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (30, 1, 'send', 1, 1795889757069, 1795889757149, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (46, 2, 'send', 1, 1795889757069, 1795889757149, 'lost', NULL, 'the connection broke', NULL, '{"hint": "reset"}');
INSERT INTO public.attempts VALUES (6, 2, 'send', 1, 1795889757069, 1795889757149, 'lost', NULL, 'the connection broke', NULL, '{"hint": "reset"}');
INSERT INTO public.attempts VALUES (14, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (25, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (39, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (70, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (75, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (68, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (37, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (55, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (52, 1, 'send', 1, 1795889757208, 1795889757225, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (81, 1, 'open', 2, 1795889762782, 1795889763171, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (81, 2, 'send', 2, 1795889763201, 1795889765200, 'lost', NULL, 'worker lost while sending', NULL, NULL);
INSERT INTO public.attempts VALUES (86, 1, 'open', 3, 1795889765720, 1795889765792, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (87, 1, 'open', 3, 1795889765720, 1795889765792, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (86, 2, 'send', 3, 1795889765814, 1795889765845, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (87, 2, 'send', 3, 1795889765814, 1795889765845, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (82, 1, 'open', 3, 1795889765828, 1795889765845, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (83, 1, 'open', 3, 1795889765828, 1795889765845, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (84, 1, 'open', 3, 1795889765828, 1795889765864, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (85, 1, 'open', 3, 1795889765828, 1795889765864, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (82, 2, 'send', 3, 1795889765863, 1795889765880, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (83, 2, 'send', 3, 1795889765863, 1795889765880, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (84, 2, 'send', 3, 1795889765888, 1795889765912, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (85, 2, 'send', 3, 1795889765888, 1795889765912, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (88, 1, 'send', 3, 1795889766040, 1795889766050, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (89, 1, 'send', 3, 1795889766040, 1795889766050, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (90, 1, 'open', 4, 1795889768378, 1795889768510, 'answered', 200, NULL, NULL, NULL);
INSERT INTO public.attempts VALUES (90, 2, 'send', 4, 1795889768528, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.audit VALUES (1, 1795889750578, 'maker', 'create', 'token:crm', '{"routes": ["api", "braked", "closed", "drafts", "hooks", "mail", "night", "quick", "shop", "support", "tickets"], "source": "crm"}');
INSERT INTO public.audit VALUES (2, 1795889750787, 'maker', 'create', 'token:loader', '{"routes": ["tickets"], "source": "csv:tickets"}');
INSERT INTO public.audit VALUES (3, 1795889751053, 'maker', 'create', 'token:old', '{"routes": ["api"], "source": "old"}');
INSERT INTO public.audit VALUES (4, 1795889751236, 'maker', 'revoke', 'token:old', NULL);
INSERT INTO public.audit VALUES (5, 1795889751530, 'maker', 'pause', 'account:legacy', '{"detail": "its contract has ended", "was": null}');
INSERT INTO public.audit VALUES (6, 1795889751692, 'maker', 'pause', 'route:night', '{"detail": "the agent is being trained"}');
INSERT INTO public.audit VALUES (7, 1795889751877, 'turnwire', 'hand_off', 'conversation:4', '{"from": "open", "to": "handed_off", "reason": "keyword", "detail": "speak to a person"}');
INSERT INTO public.audit VALUES (8, 1795889753503, 'turnwire', 'hand_off', 'conversation:23', '{"from": "open", "to": "handed_off", "reason": "keyword", "detail": "speak to a person"}');
INSERT INTO public.audit VALUES (9, 1795889758025, 'maker', 'close', 'conversation:26', '{"from": "open", "to": "closed", "reason": null, "cancelled": 0}');
INSERT INTO public.audit VALUES (10, 1795889770723, 'turnwire', 'hand_off', 'conversation:73', '{"from": "open", "to": "handed_off", "reason": "brake_conversation"}');
INSERT INTO public.audit VALUES (11, 1795889773473, 'maker', 'cancel', 'followup:80', '{"from": "scheduled", "to": "cancelled"}');
INSERT INTO public.audit VALUES (12, 1795889773834, 'maker', 'cancel', 'followup:167', '{"from": "scheduled", "to": "cancelled"}');
INSERT INTO public.audit VALUES (13, 1795889774110, 'maker', 'cancel', 'turn:131', '{"from": "queued", "to": "cancelled"}');
INSERT INTO public.audit VALUES (14, 1795889774979, 'maker', 'hand_off', 'conversation:65', '{"from": "open", "to": "handed_off", "reason": "complaint"}');
INSERT INTO public.audit VALUES (15, 1795889775212, 'maker', 'hand_off', 'conversation:19', '{"from": "open", "to": "handed_off", "reason": "operator"}');
INSERT INTO public.brake_counts VALUES (-5152497728677767738, 1795889752821, 2, 1795889752821, 2);
INSERT INTO public.brake_counts VALUES (1377195898949401667, 1795889753832, 4, 1795889753832, 4);
INSERT INTO public.brake_counts VALUES (-7058703841746872163, 1795889753982, 2, 1795889753982, 2);
INSERT INTO public.brake_counts VALUES (3617781759547901226, 1795889754176, 2, 1795889754176, 2);
INSERT INTO public.brake_counts VALUES (-7239943207676765344, 1795889754305, 2, 1795889754305, 2);
INSERT INTO public.brake_counts VALUES (-434254337519278607, 1795889754341, 2, 1795889754341, 2);
INSERT INTO public.brake_counts VALUES (2453971137531743354, 1795889754413, 2, 1795889754413, 2);
INSERT INTO public.brake_counts VALUES (4738045291602910853, 1795889754487, 2, 1795889754487, 2);
INSERT INTO public.conflicts VALUES (1, 33, '360beef9d54a85a5c9b57319857ff8ecee2f6d325f9e38f63d5bbe62fbbf707c', 'Other words under a known id (first).', 1795889752906);
INSERT INTO public.conflicts VALUES (2, 36, '92ba648665835b0f92f8b338a2d5b8124a659b52c4835fe0a7589a27838a336b', 'Other words in a batch (first).', 1795889753048);
INSERT INTO public.conflicts VALUES (3, 56, '907e969a1aec8192da3f94004606c7dceab360f78da5a031cac500547326cd41', 'Grüße, 你好: where is my parcel?', 1795889754247);
INSERT INTO public.conflicts VALUES (4, 65, '40cede812cee9345ded9d091c36048830d2491da8fd25639b7b4de62b56350d5', 'Other words by Celery (first).', 1795889754568);
INSERT INTO public.conflicts VALUES (5, 67, '6945c043b2389001ddbcf944cf9e7572bc354e752ab863e09b470f86ef406678', 'Other words by AMQP (first).', 1795889754665);
INSERT INTO public.conflicts VALUES (6, 74, '4b9e90e55bfe2f708a68c4e472a302474467b1e7085c1ee2ab7beabd2039bf93', 'Other words from Python (first).', 1795889754917);
INSERT INTO public.conflicts VALUES (7, 118, 'cc2ab40a0e68c8a64a43b7269aad4c8276b4841db72fabff9e2db5ee161cb90c', 'Other words under a known id (second).', 1795889769853);
INSERT INTO public.conflicts VALUES (8, 121, '7f2fbb94e2562873138e23be9f9f11dd014ed6a9ea5f5020a33af77abe239e42', 'Other words in a batch (second).', 1795889770013);
INSERT INTO public.conflicts VALUES (9, 152, 'b428e544652573b327e64061489fbf8a2a4a84d690135bb2ce2e4440f2c7926c', 'Other words by Celery (second).', 1795889771600);
INSERT INTO public.conflicts VALUES (10, 154, 'b8572ce22d38a6ab77f78a664e5da3a670ff3f09723d148646fadc340cc0bdb9', 'Other words by AMQP (second).', 1795889771729);
INSERT INTO public.conflicts VALUES (11, 161, '5b660228ffc80a1a939bd3eda0bb97d0ef9eec5dc9ecc0d8a398bc0d5edffd62', 'Other words from Python (second).', 1795889771811);
INSERT INTO public.conversations VALUES (4, 'mail', 'person-first@customers.example', 'osvi', 'agent_abc', '{"name":"Flo","email":"flo@customers.example"}', 'Person', 'handed_off', 'keyword', NULL, 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889751877);
INSERT INTO public.conversations VALUES (20, 'closed', 'X-first', 'legacy', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889753336, 1795889753336);
INSERT INTO public.conversations VALUES (21, 'night', 'N-first', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889753395, 1795889753395);
INSERT INTO public.conversations VALUES (23, 'support', 'S-person', 'osvi', 'agent_abc', NULL, NULL, 'handed_off', 'keyword', NULL, 0, NULL, 0, false, NULL, NULL, 1795889753503, 1795889753503);
INSERT INTO public.conversations VALUES (14, 'tickets', 'J-first', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, '2cfc160b-88de-5386-b982-d16df5c3400a', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889752741, 1795889756760);
INSERT INTO public.conversations VALUES (34, 'hooks', 'T-1', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}', 'Parcel', 'open', NULL, '35586c30-d622-5ede-8767-b96950e1594b', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754341, 1795889756760);
INSERT INTO public.conversations VALUES (1, 'mail', 'html-first@customers.example', 'osvi', 'agent_abc', '{"email":"bob@customers.example"}', 'Address', 'open', NULL, '20f3ad41-c0ef-4cf7-867f-525bf3b2c2f3', 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889756760);
INSERT INTO public.conversations VALUES (15, 'api', 'H-first', 'osvi', 'agent_abc', '{"id":"c-1","name":"Nell","email":"nell@customers.example"}', NULL, 'open', NULL, '1bca7e5a-6253-47bc-ba17-bbac9af43ca0', 0, NULL, 0, false, NULL, NULL, 1795889752821, 1795889756760);
INSERT INTO public.conversations VALUES (18, 'support', 'S-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '63e12c00-966c-4d50-a380-a7db60ec50d6', 0, NULL, 0, false, NULL, NULL, 1795889753209, 1795889756760);
INSERT INTO public.conversations VALUES (38, 'shop', 'C-first-1', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, '0ee62a3e-6535-5080-bc3e-4b6882f2616e', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754568, 1795889756760);
INSERT INTO public.conversations VALUES (28, 'hooks', '9', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"ada@example.com"}', NULL, 'open', NULL, '62b1b3e0-bf35-5ee5-8517-ecfb0104d41c', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889753832, 1795889757016);
INSERT INTO public.conversations VALUES (29, 'hooks', 'cnv_1', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"ada@example.com"}', 'Parcel', 'open', NULL, '6256e560-cace-516a-b04f-74cc41c80a39', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889753877, 1795889757016);
INSERT INTO public.conversations VALUES (30, 'hooks', '77', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"4","name":"Ada L","email":"ada@example.com"}', 'Parcel', 'open', NULL, 'a15c25c9-f4cc-5916-9a86-f8b144f3560b', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889753982, 1795889757016);
INSERT INTO public.conversations VALUES (16, 'api', 'B-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'bc61ad01-fba7-458a-aa1f-b5bec87fedef', 0, NULL, 0, false, NULL, NULL, 1795889753048, 1795889757016);
INSERT INTO public.conversations VALUES (17, 'api', 'CE-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '1d24dc2b-6a28-4abe-80b5-53a226f0e7f8', 0, NULL, 0, false, NULL, NULL, 1795889753117, 1795889757016);
INSERT INTO public.conversations VALUES (24, 'api', 'H-lost', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '3cff9866-bbcb-4933-a82f-c076c1d368dc', 0, NULL, 0, false, NULL, NULL, 1795889753577, 1795889757016);
INSERT INTO public.conversations VALUES (31, 'hooks', '901', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, '00642ffb-e6eb-5f75-8dfc-e315dd534714', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754042, 1795889757016);
INSERT INTO public.conversations VALUES (32, 'hooks', '215', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"u1","name":"Ada","email":"ada@example.com"}', NULL, 'open', NULL, 'd4e4566a-9280-5fa1-95f5-563290a47486', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754176, 1795889757016);
INSERT INTO public.conversations VALUES (33, 'hooks', 'SUP-1', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"qm:1","name":"Ada"}', 'Parcel', 'open', NULL, '2308a7d1-a2f2-5369-ad35-b4467daf3ea5', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754305, 1795889757016);
INSERT INTO public.conversations VALUES (35, 'hooks', '3', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"5","name":"Ada","email":"ada@example.com"}', 'Parcel', 'open', NULL, 'cc049163-3142-5d95-b698-5dbb4dabfc9d', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754413, 1795889757016);
INSERT INTO public.conversations VALUES (36, 'hooks', '35436', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"8","name":"Ada"}', 'Parcel', 'open', NULL, 'ea5be39e-d7aa-5e2f-be0c-4f960bc73601', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754487, 1795889757016);
INSERT INTO public.conversations VALUES (12, 'tickets', '1002.0', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"lea@customers.example"}', 'Excel', 'open', NULL, '8a1c1c95-bfe3-5c68-96a1-229e71ea597d', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889752280, 1795889757016);
INSERT INTO public.conversations VALUES (11, 'tickets', '1003', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"max@customers.example"}', 'No zone', 'open', NULL, '8ff5c991-5bc4-5e52-bf44-6e4540d9fb20', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889752280, 1795889757016);
INSERT INTO public.conversations VALUES (13, 'tickets', '1001', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"kim@customers.example"}', 'Parcel', 'open', NULL, '291a288c-d30d-52df-88c1-39ee8aa73722', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889752309, 1795889757016);
INSERT INTO public.conversations VALUES (27, 'tickets', 'L-first', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, 'de688dac-0192-5504-9c0e-568e3f61e673', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889753793, 1795889757016);
INSERT INTO public.conversations VALUES (25, 'api', 'H-refused', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'd16bed7a-cbdf-4da6-8ac5-6d29f438b02e', 0, NULL, 0, false, NULL, NULL, 1795889753637, 1795889757016);
INSERT INTO public.conversations VALUES (37, 'api', 'CL-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '96d717a2-1205-4d6b-aeac-f1fd2d46fabf', 0, NULL, 0, false, NULL, NULL, 1795889754568, 1795889757016);
INSERT INTO public.conversations VALUES (41, 'api', 'AM-first-ce', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'd33015b6-28ae-4945-8995-9f9aaed649e9', 0, NULL, 0, false, NULL, NULL, 1795889754665, 1795889757016);
INSERT INTO public.conversations VALUES (40, 'api', 'AM-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'd6a3a7b9-39b3-41e7-8d38-c541d6bb3895', 0, NULL, 0, false, NULL, NULL, 1795889754665, 1795889757016);
INSERT INTO public.conversations VALUES (42, 'api', 'AM-first-t', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '3f7c9e37-077b-4544-a13d-8e69b7fd52cb', 0, NULL, 0, false, NULL, NULL, 1795889754665, 1795889757016);
INSERT INTO public.conversations VALUES (43, 'api', 'PY-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'ec4e6e40-3289-4b99-b26b-32b1c603b4f0', 0, NULL, 0, false, NULL, NULL, 1795889754917, 1795889757016);
INSERT INTO public.conversations VALUES (44, 'api', 'CLI-first', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '9f475574-7e05-4b90-8fd2-77ad397467e6', 0, NULL, 0, false, NULL, NULL, 1795889755240, 1795889757016);
INSERT INTO public.conversations VALUES (2, 'mail', 'lost-first@customers.example', 'osvi', 'agent_abc', '{"name":"Di","email":"di@customers.example"}', 'Lost', 'open', NULL, 'ff254fa7-2468-406f-9aee-94ac78a124c0', 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889757016);
INSERT INTO public.conversations VALUES (3, 'mail', 'order-first@brightwater.example', 'osvi', 'agent_abc', '{"name":"Cy","email":"cy@customers.example"}', 'Re: Your order', 'open', NULL, '3d081eb2-2391-4ae1-ac26-59cc61393931', 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889757016);
INSERT INTO public.conversations VALUES (6, 'mail', 'sha256:d1265268aa2370f97ef233b32b37dc17cc894b6d61e122f7131461285f62b38c', 'osvi', 'agent_abc', '{"email":"bob@customers.example"}', 'Invoice', 'open', NULL, 'ec6e676a-7e97-4b5c-859e-204312156125', 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889757016);
INSERT INTO public.conversations VALUES (5, 'mail', 'refused-first@customers.example', 'osvi', 'agent_abc', '{"name":"Ed","email":"ed@customers.example"}', 'Refused', 'open', NULL, '691b3c6e-30ab-471d-bcb1-14458edf0229', 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889757016);
INSERT INTO public.conversations VALUES (7, 'mail', 'thread-first@customers.example', 'osvi', 'agent_abc', '{"name":"Ada Brook","email":"ada@customers.example"}', 'My parcel', 'open', NULL, 'c56448cc-215e-48ec-8ab0-8a27a2df5738', 0, NULL, 0, false, NULL, NULL, 1795889751877, 1795889757016);
INSERT INTO public.conversations VALUES (8, 'mail', 'single-first@customers.example', 'osvi', 'agent_abc', '{"name":"Gus","email":"gus@customers.example"}', 'Password', 'open', NULL, '31ff0ce8-faa5-4a44-9158-7be49b9ddbf7', 0, NULL, 0, false, NULL, NULL, 1795889751927, 1795889757016);
INSERT INTO public.conversations VALUES (9, 'mail', 'dir-cur-first@customers.example', 'osvi', 'agent_abc', '{"name":"Ida","email":"ida@customers.example"}', 'Damaged', 'open', NULL, '838ba512-502e-4520-bd3e-167e80a16451', 0, NULL, 0, false, NULL, NULL, 1795889751944, 1795889757016);
INSERT INTO public.conversations VALUES (10, 'mail', 'dir-new-first@customers.example', 'osvi', 'agent_abc', '{"name":"Hal","email":"hal@customers.example"}', 'Refund', 'open', NULL, '956c8f91-f877-47dd-a907-c5b1d320f04e', 0, NULL, 0, false, NULL, NULL, 1795889751944, 1795889757016);
INSERT INTO public.conversations VALUES (39, 'shop', 'C-first-2', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, 'c9c70643-be49-55bd-b950-0f7e70ef4626', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889754568, 1795889757016);
INSERT INTO public.conversations VALUES (22, 'support', 'S-failed', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'd61e1ea4-23d7-4989-a642-ec4a2a238218', 0, NULL, 0, false, NULL, NULL, 1795889753450, 1795889757016);
INSERT INTO public.conversations VALUES (26, 'api', 'H-done', 'osvi', 'agent_abc', NULL, NULL, 'closed', NULL, '927815a9-f56a-451f-866d-e363dfbe0a55', 0, NULL, 0, false, NULL, NULL, 1795889753698, 1795889758025);
INSERT INTO public.conversations VALUES (48, 'support', 'S-over', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '58da8ae6-e7fc-4d83-9ea9-e426633457ab', 0, NULL, 0, false, NULL, NULL, 1795889765330, 1795889765864);
INSERT INTO public.conversations VALUES (45, 'api', 'H-swept', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'ff678241-6980-4fcb-881d-be0048537295', 0, NULL, 0, false, NULL, NULL, 1795889758391, 1795889763171);
INSERT INTO public.conversations VALUES (49, 'drafts', 'D-over', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'cbaecb95-ff81-4f32-8869-544e52bc2ee2', 0, NULL, 0, false, NULL, NULL, 1795889765345, 1795889765864);
INSERT INTO public.conversations VALUES (50, 'shop', 'C-late-1', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, '3734c095-6497-52c9-9c98-a09de3dc71a8', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889765367, 1795889765792);
INSERT INTO public.conversations VALUES (51, 'shop', 'C-late-2', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, 'dff57988-d2d5-58b2-9080-54e7e2a7b026', 0, 'Hi! How can I help you today?', 0, false, NULL, NULL, 1795889765388, 1795889765792);
INSERT INTO public.conversations VALUES (19, 'support', 'S-first-2', 'osvi', 'agent_abc', NULL, NULL, 'handed_off', 'operator', 'f2003834-6206-4d27-b5da-4dc608db5687', 0, NULL, 0, false, NULL, NULL, 1795889753292, 1795889775212);
INSERT INTO public.conversations VALUES (46, 'support', 'S-late', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '16be8e72-2f48-4d13-9c2e-9d9799de455c', 0, NULL, 0, false, NULL, NULL, 1795889765281, 1795889765845);
INSERT INTO public.conversations VALUES (47, 'support', 'S-late-2', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, '1b38ba3c-6484-464f-b67f-9c85282514f7', 0, NULL, 0, false, NULL, NULL, 1795889765316, 1795889765845);
INSERT INTO public.conversations VALUES (52, 'api', 'H-sending', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, 'df98c963-2f87-4ff1-aeda-8141c6fb7b2a', 0, NULL, 0, false, NULL, NULL, 1795889766413, 1795889768510);
INSERT INTO public.conversations VALUES (54, 'mail', 'html-second@customers.example', 'osvi', 'agent_abc', '{"email":"bob@customers.example"}', 'Address', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768752, 1795889768752);
INSERT INTO public.conversations VALUES (53, 'mail', 'order-second@brightwater.example', 'osvi', 'agent_abc', '{"name":"Cy","email":"cy@customers.example"}', 'Re: Your order', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768752, 1795889768752);
INSERT INTO public.conversations VALUES (55, 'mail', 'sha256:cbfa069f85d465a0f7fd9190ea8751908234803f7d510ce99c19f392d5e74d7a', 'osvi', 'agent_abc', '{"email":"bob@customers.example"}', 'Invoice', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768752, 1795889768752);
INSERT INTO public.conversations VALUES (56, 'mail', 'thread-second@customers.example', 'osvi', 'agent_abc', '{"name":"Ada Brook","email":"ada@customers.example"}', 'My parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768752, 1795889768752);
INSERT INTO public.conversations VALUES (57, 'mail', 'single-second@customers.example', 'osvi', 'agent_abc', '{"name":"Gus","email":"gus@customers.example"}', 'Password', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768802, 1795889768802);
INSERT INTO public.conversations VALUES (58, 'mail', 'dir-cur-second@customers.example', 'osvi', 'agent_abc', '{"name":"Ida","email":"ida@customers.example"}', 'Damaged', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768838, 1795889768838);
INSERT INTO public.conversations VALUES (59, 'mail', 'dir-new-second@customers.example', 'osvi', 'agent_abc', '{"name":"Hal","email":"hal@customers.example"}', 'Refund', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889768838, 1795889768838);
INSERT INTO public.conversations VALUES (61, 'tickets', '1052.0', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"lea@customers.example"}', 'Excel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889769260, 1795889769260);
INSERT INTO public.conversations VALUES (60, 'tickets', '1053', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"max@customers.example"}', 'No zone', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889769260, 1795889769260);
INSERT INTO public.conversations VALUES (62, 'tickets', '1051', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"kim@customers.example"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889769285, 1795889769285);
INSERT INTO public.conversations VALUES (63, 'tickets', 'J-second', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889769635, 1795889769635);
INSERT INTO public.conversations VALUES (64, 'api', 'H-second', 'osvi', 'agent_abc', '{"id":"c-1","name":"Nell","email":"nell@customers.example"}', NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889769772, 1795889769772);
INSERT INTO public.conversations VALUES (66, 'api', 'CE-second', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770074, 1795889770074);
INSERT INTO public.conversations VALUES (67, 'support', 'S-second', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770165, 1795889770165);
INSERT INTO public.conversations VALUES (68, 'support', 'S-second-2', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770216, 1795889770216);
INSERT INTO public.conversations VALUES (69, 'closed', 'X-second', 'legacy', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770261, 1795889770261);
INSERT INTO public.conversations VALUES (70, 'night', 'N-second', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770311, 1795889770311);
INSERT INTO public.conversations VALUES (71, 'api', 'H-cancelled', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770452, 1795889770452);
INSERT INTO public.conversations VALUES (72, 'quick', 'Q-1', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770498, 1795889770498);
INSERT INTO public.conversations VALUES (73, 'braked', 'K-1', 'osvi', 'agent_abc', NULL, NULL, 'handed_off', 'brake_conversation', NULL, 0, NULL, 0, false, 3, NULL, 1795889770609, 1795889770723);
INSERT INTO public.conversations VALUES (74, 'tickets', 'L-second', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770794, 1795889770794);
INSERT INTO public.conversations VALUES (75, 'hooks', '10', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"ada@example.com"}', NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770829, 1795889770829);
INSERT INTO public.conversations VALUES (76, 'hooks', 'cnv_2', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"email":"ada@example.com"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770870, 1795889770870);
INSERT INTO public.conversations VALUES (77, 'hooks', '78', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"4","name":"Ada L","email":"ada@example.com"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889770977, 1795889770977);
INSERT INTO public.conversations VALUES (78, 'hooks', '902', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771041, 1795889771041);
INSERT INTO public.conversations VALUES (79, 'hooks', '216', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"u1","name":"Ada","email":"ada@example.com"}', NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771189, 1795889771189);
INSERT INTO public.conversations VALUES (80, 'hooks', 'SUP-2', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"qm:1","name":"Ada"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771277, 1795889771277);
INSERT INTO public.conversations VALUES (81, 'hooks', 'T-2', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771350, 1795889771350);
INSERT INTO public.conversations VALUES (82, 'hooks', '4', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"5","name":"Ada","email":"ada@example.com"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771430, 1795889771430);
INSERT INTO public.conversations VALUES (83, 'hooks', '35437', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', '{"id":"8","name":"Ada"}', 'Parcel', 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771497, 1795889771497);
INSERT INTO public.conversations VALUES (84, 'api', 'CL-second', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771600, 1795889771600);
INSERT INTO public.conversations VALUES (85, 'shop', 'C-second-1', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771600, 1795889771600);
INSERT INTO public.conversations VALUES (86, 'shop', 'C-second-2', 'synthflow', '893195c1-c640-438b-9761-2e5357b01cb8', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771600, 1795889771600);
INSERT INTO public.conversations VALUES (87, 'api', 'AM-second', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771729, 1795889771729);
INSERT INTO public.conversations VALUES (88, 'api', 'AM-second-ce', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771729, 1795889771729);
INSERT INTO public.conversations VALUES (89, 'api', 'AM-second-t', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771729, 1795889771729);
INSERT INTO public.conversations VALUES (90, 'api', 'PY-second', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771811, 1795889771811);
INSERT INTO public.conversations VALUES (91, 'api', 'CLI-second', 'osvi', 'agent_abc', NULL, NULL, 'open', NULL, NULL, 0, NULL, 0, false, NULL, NULL, 1795889771992, 1795889771992);
INSERT INTO public.conversations VALUES (65, 'api', 'B-second', 'osvi', 'agent_abc', NULL, NULL, 'handed_off', 'complaint', NULL, 0, NULL, 0, false, NULL, NULL, 1795889770013, 1795889774979);
INSERT INTO public.endpoints VALUES ('celery', 1795889765926, 1795889766065, 'this process has no broker', NULL, NULL, 1795889765926);
INSERT INTO public.endpoints VALUES ('webhook', 1795889766065, 1795889766151, 'the server closed the connection without answering', NULL, NULL, 1795889766065);
INSERT INTO public.event_bodies VALUES (15, '\x46726f6d3a204164612042726f6f6b203c61646140637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204d792070617263656c0a446174653a204d6f6e2c203032204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c7468726561642d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a5768657265206973206d792070617263656c3f202866697273742c206669727374206d61696c206f66206120746872656164290a');
INSERT INTO public.event_bodies VALUES (14, '\x46726f6d3a204164612042726f6f6b203c61646140637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a204d792070617263656c0a446174653a204d6f6e2c203033204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c7468726561642d66697273742d6240637573746f6d6572732e6578616d706c653e0a496e2d5265706c792d546f3a203c7468726561642d666972737440637573746f6d6572732e6578616d706c653e0a5265666572656e6365733a203c7468726561642d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a4974206973207374696c6c206e6f7420686572652e202866697273742c207365636f6e64206d61696c206f662074686520746872656164290a');
INSERT INTO public.event_bodies VALUES (13, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20496e766f6963650a446174653a204d6f6e2c203034204e6f7620323032362030393a30303a3030202b303130300a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a506c656173652073656e642074686520696e766f69636520616761696e2e202866697273742c2061206d61696c20776974686f757420616e206964290a');
INSERT INTO public.event_bodies VALUES (3, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20416464726573730a446174653a204d6f6e2c203034204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c68746d6c2d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f68746d6c3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a3c703e4d79203c623e6e657720616464726573733c2f623e206973204d696c6c204c616e6520342e202866697273742c20696e2048544d4c293c2f703e0a');
INSERT INTO public.event_bodies VALUES (7, '\x46726f6d3a204379203c637940637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a20596f7572206f726465720a446174653a204d6f6e2c203034204e6f7620323032362031313a30303a3030202b303130300a4d6573736167652d49443a203c6f727068616e2d666972737440637573746f6d6572732e6578616d706c653e0a496e2d5265706c792d546f3a203c6f726465722d66697273744062726967687477617465722e6578616d706c653e0a5265666572656e6365733a203c6f726465722d66697273744062726967687477617465722e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a5468697320616e73776572732061206d61696c20796f752073656e742e20286669727374290a');
INSERT INTO public.event_bodies VALUES (1, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204f7574206f66206f66666963650a446174653a204d6f6e2c203035204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c6175746f2d666972737440637573746f6d6572732e6578616d706c653e0a4175746f2d5375626d69747465643a206175746f2d7265706c6965640a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a4920616d206177617920756e74696c204d6f6e6461792e20286669727374290a');
INSERT INTO public.event_bodies VALUES (8, '\x46726f6d3a20737570706f72744062726967687477617465722e6578616d706c650a546f3a2061646140637573746f6d6572732e6578616d706c650a5375626a6563743a2052653a204d792070617263656c0a446174653a204d6f6e2c203035204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c6f776e2d66697273744062726967687477617465722e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a4f7572206f776e20616e737765722e20286669727374290a');
INSERT INTO public.event_bodies VALUES (2, '\x46726f6d3a204d41494c45522d4441454d4f4e406d782e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20556e64656c697665726564204d61696c2052657475726e656420746f2053656e6465720a446174653a204d6f6e2c203035204e6f7620323032362031313a30303a3030202b303130300a4d6573736167652d49443a203c626f756e63652d6669727374406d782e6578616d706c653e0a52657475726e2d506174683a203c3e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a497420636f756c64206e6f742062652064656c6976657265642e20286669727374290a');
INSERT INTO public.event_bodies VALUES (4, '\x46726f6d3a206e657773406c697374732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204e6577730a446174653a204d6f6e2c203035204e6f7620323032362031323a30303a3030202b303130300a4d6573736167652d49443a203c6c6973742d6669727374406c697374732e6578616d706c653e0a4c6973742d49643a203c6e6577732e6c697374732e6578616d706c653e0a507265636564656e63653a206c6973740a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a57686174206973206e65772e20286669727374290a');
INSERT INTO public.event_bodies VALUES (12, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a200a446174653a204d6f6e2c203036204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c656d7074792d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a0a');
INSERT INTO public.event_bodies VALUES (6, '\x46726f6d3a204469203c646940637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204c6f73740a446174653a204d6f6e2c203036204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c6c6f73742d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a54686520616e7377657220746f2074686973206f6e65206973206c6f73742e205b6c6f73745d0a');
INSERT INTO public.event_bodies VALUES (5, '\x46726f6d3a204469203c646940637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a204c6f73740a446174653a204d6f6e2c203036204e6f7620323032362031313a30303a3030202b303130300a4d6573736167652d49443a203c6c6f73742d66697273742d6240637573746f6d6572732e6578616d706c653e0a5265666572656e6365733a203c6c6f73742d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a54686973206f6e6520776169747320626568696e6420746865206c6f7374206f6e652e0a');
INSERT INTO public.event_bodies VALUES (11, '\x46726f6d3a204564203c656440637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20526566757365640a446174653a204d6f6e2c203036204e6f7620323032362031323a30303a3030202b303130300a4d6573736167652d49443a203c726566757365642d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a5468652070726f766964657220726566757365732074686973206f6e652e205b726566757365645d0a');
INSERT INTO public.event_bodies VALUES (10, '\x46726f6d3a20466c6f203c666c6f40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20506572736f6e0a446174653a204d6f6e2c203036204e6f7620323032362031333a30303a3030202b303130300a4d6573736167652d49443a203c706572736f6e2d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a492077616e7420746f20737065616b20746f206120706572736f6e2e0a');
INSERT INTO public.event_bodies VALUES (9, '\x46726f6d3a20466c6f203c666c6f40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a20506572736f6e0a446174653a204d6f6e2c203036204e6f7620323032362031343a30303a3030202b303130300a4d6573736167652d49443a203c706572736f6e2d66697273742d6240637573746f6d6572732e6578616d706c653e0a5265666572656e6365733a203c706572736f6e2d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a497320616e79626f64792074686572653f0a');
INSERT INTO public.event_bodies VALUES (16, '\x46726f6d3a20477573203c67757340637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2050617373776f72640a446174653a204d6f6e2c203037204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c73696e676c652d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a492063616e6e6f74207369676e20696e2e202866697273742c206f6e65206d61696c20696e20612066696c65290a');
INSERT INTO public.event_bodies VALUES (17, '\x46726f6d3a2048616c203c68616c40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20526566756e640a446174653a204d6f6e2c203038204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c6469722d6e65772d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a492077616e74206120726566756e642e202866697273742c206e657720696e2061204d61696c646972290a');
INSERT INTO public.event_bodies VALUES (18, '\x46726f6d3a20496461203c69646140637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2044616d616765640a446174653a204d6f6e2c203038204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c6469722d6375722d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a546865206c616d702069732064616d616765642e202866697273742c207365656e20696e2061204d61696c646972290a');
INSERT INTO public.event_bodies VALUES (20, '\x46726f6d3a204a6f203c6a6f40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2059656172732061676f0a446174653a204d6f6e2c203033204e6f7620323032352030393a30303a3030202b303130300a4d6573736167652d49443a203c6f6c642d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a416e206f6c64207175657374696f6e2e20286669727374290a');
INSERT INTO public.event_bodies VALUES (19, '\x46726f6d3a204a6f203c6a6f40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a2059656172732061676f0a446174653a205475652c203034204e6f7620323032352030393a30303a3030202b303130300a4d6573736167652d49443a203c6f6c642d66697273742d6240637573746f6d6572732e6578616d706c653e0a5265666572656e6365733a203c6f6c642d666972737440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a416e206f6c64207468616e6b20796f752e20286669727374290a');
INSERT INTO public.event_bodies VALUES (21, '\x313030322e302c2c41206e756d626572202077697468206120706f696e7420616e642074776f2073706163657320286669727374292e2c323032362d31312d30335430393a30303a30302b30313a30302c457863656c2c6c656140637573746f6d6572732e6578616d706c652c637573746f6d65722c736f7574680a');
INSERT INTO public.event_bodies VALUES (22, '\x313030332c2c4120726f7720776974686f757420616e20696420286669727374292e2c30332e31312e323032362030393a30302c4e6f207a6f6e652c6d617840637573746f6d6572732e6578616d706c652c637573746f6d65722c736f7574680a');
INSERT INTO public.event_bodies VALUES (23, '\x313030342c2c2c323032362d31312d30335430393a30303a30305a2c4e6f20746578742c6d617840637573746f6d6572732e6578616d706c652c637573746f6d65722c736f7574680a');
INSERT INTO public.event_bodies VALUES (24, '\x313030312c6d2d313030312c5768657265206973207469636b657420313030313f2c323032362d31312d30325430393a30303a30305a2c50617263656c2c6b696d40637573746f6d6572732e6578616d706c652c637573746f6d65722c6e6f7274680a');
INSERT INTO public.event_bodies VALUES (25, '\x313030312c6d2d313030312d632c5468616e6b20796f75202831303031292e2c323032362d31312d30325431313a30303a30305a2c50617263656c2c6b696d40637573746f6d6572732e6578616d706c652c637573746f6d65722c6e6f7274680a');
INSERT INTO public.event_bodies VALUES (26, '\x313030312c6d2d313030312d622c5765206c6f6f6b20696e746f2069742e2c323032362d31312d30325431303a30303a30305a2c50617263656c2c2c6167656e742c6e6f7274680a');
INSERT INTO public.event_bodies VALUES (27, '\x6f6c642d313030302c6f6c642d6d2d313030302c416e206f6c64207469636b657420286669727374292e2c323032352d31312d30335430393a30303a30305a2c637573746f6d65720a');
INSERT INTO public.event_bodies VALUES (28, '\x6f6c642d313030302c6f6c642d6d2d313030302d622c416e206f6c6420616e7377657220286669727374292e2c323032352d31312d30335431303a30303a30305a2c6167656e740a');
INSERT INTO public.event_bodies VALUES (29, '\x7b22636f6e766572736174696f6e223a20224a2d6669727374222c20226964223a20224a2d66697273742f31222c202274657874223a202241206c696e65206f6620612066696c6520286669727374292e227d0a');
INSERT INTO public.event_bodies VALUES (30, '\x7b22636f6e766572736174696f6e223a20224a2d6669727374222c20226964223a20224a2d66697273742f32222c202274657874223a2022497473206e657874206c696e6520286669727374292e222c20226f636375727265645f6174223a2022323032362d31312d30325431303a30303a30305a222c20227072696f72697479223a20377d0a');
INSERT INTO public.event_bodies VALUES (31, '\x7b22636f6e766572736174696f6e223a20224a2d66697273742d647565222c20226964223a20224a2d66697273742d6475652f31222c202274657874223a202241206c696e65207468617420697320647565206c6174657220286669727374292e222c20226475655f6174223a2022323033302d30312d30325430393a30303a30305a227d0a');
INSERT INTO public.event_bodies VALUES (32, '\x7b22636f6e766572736174696f6e223a20224a2d66697273742d626164222c20226964223a20224a2d66697273742d6261642f31227d0a');
INSERT INTO public.event_bodies VALUES (50, '\x7b2266726573686465736b5f776562686f6f6b223a7b227469636b65745f6964223a392c227469636b65745f6c61746573745f7075626c69635f636f6d6d656e745f6964223a342c22636f6d6d656e74223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c227469636b65745f636f6e746163745f656d61696c223a22616461406578616d706c652e636f6d227d7d');
INSERT INTO public.event_bodies VALUES (51, '\x7b2274797065223a22696e626f756e645f7265636569766564222c22617574686f72697a6174696f6e223a7b226964223a22636d705f31227d2c227061796c6f6164223a7b226964223a226576745f31222c22636f6e766572736174696f6e223a7b226964223a22636e765f31222c227375626a656374223a2250617263656c222c22726563697069656e74223a7b2268616e646c65223a22616461406578616d706c652e636f6d227d7d2c22746172676574223a7b2264617461223a7b226964223a226d73675f31222c2269735f696e626f756e64223a747275652c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22617574686f72223a6e756c6c7d7d7d7d');
INSERT INTO public.event_bodies VALUES (52, '\x7b226964223a226576745f31222c2274797065223a22696e626f756e64222c22636f6e766572736174696f6e223a7b226964223a22636e765f31222c227375626a656374223a2250617263656c227d2c22746172676574223a7b2264617461223a7b226964223a226d73675f31222c2269735f696e626f756e64223a747275652c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22617574686f72223a6e756c6c7d7d7d');
INSERT INTO public.event_bodies VALUES (53, '\x7b226964223a37372c227375626a656374223a2250617263656c222c225f656d626564646564223a7b2274687265616473223a5b7b226964223a392c2274797065223a22637573746f6d6572222c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22637265617465644174223a22323032362d31312d32315431303a30303a30305a222c22637265617465644279223a7b226964223a342c2274797065223a22637573746f6d6572222c226669727374223a22416461222c226c617374223a224c222c22656d61696c223a22616461406578616d706c652e636f6d227d7d5d7d7d');
INSERT INTO public.event_bodies VALUES (54, '\x7b226576656e744964223a20312c2022737562736372697074696f6e4964223a2031323334352c2022706f7274616c4964223a2036323531352c20226170704964223a2035343332312c20226f636375727265644174223a20313739353030303030303030302c2022737562736372697074696f6e54797065223a2022636f6e766572736174696f6e2e6e65774d657373616765222c2022617474656d70744e756d626572223a20302c20226f626a6563744964223a203930312c20226d6573736167654964223a20226d2d31222c20226d65737361676554797065223a20224d455353414745222c20226e6f7465223a202247725c75303066635c7530306466652c205c75346636305c75353937643a207768657265206973206d792070617263656c3f227d');
INSERT INTO public.event_bodies VALUES (55, '\x7b226576656e744964223a20312c2022737562736372697074696f6e4964223a2031323334352c2022706f7274616c4964223a2036323531352c20226170704964223a2035343332312c20226f636375727265644174223a20313739353030303030303030302c2022737562736372697074696f6e54797065223a2022636f6e766572736174696f6e2e6e65774d657373616765222c2022617474656d70744e756d626572223a20302c20226f626a6563744964223a203930312c20226d6573736167654964223a20226d2d31222c20226d65737361676554797065223a20224d455353414745222c20226e6f7465223a202247725c75303066635c7530306466652c205c75346636305c75353937643a207768657265206973206d792070617263656c3f227d');
INSERT INTO public.event_bodies VALUES (56, '\x7b2274797065223a226e6f74696669636174696f6e5f6576656e74222c226964223a226e6f7469665f31222c22746f706963223a22636f6e766572736174696f6e2e757365722e7265706c696564222c22637265617465645f6174223a313739353030303030302c2264617461223a7b226974656d223a7b226964223a22323135222c22736f75726365223a7b226964223a227331222c22626f6479223a223c703e66697273743c2f703e222c22617574686f72223a7b2274797065223a2275736572227d7d2c22636f6e766572736174696f6e5f7061727473223a7b22636f6e766572736174696f6e5f7061727473223a5b7b226964223a22353031222c22706172745f74797065223a22636f6d6d656e74222c22626f6479223a223c703e45646974656420616674657277617264733c2f703e222c22617574686f72223a7b2274797065223a2275736572222c226964223a227531222c226e616d65223a22416461222c22656d61696c223a22616461406578616d706c652e636f6d227d7d5d7d7d7d7d');
INSERT INTO public.event_bodies VALUES (58, '\x7b2274696d657374616d70223a313739353030303030303030302c22776562686f6f6b4576656e74223a22636f6d6d656e745f63726561746564222c226973737565223a7b226964223a223130303031222c226b6579223a225355502d31222c226669656c6473223a7b2273756d6d617279223a2250617263656c227d7d2c22636f6d6d656e74223a7b226964223a2237222c22626f6479223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f222c226a73645075626c6963223a747275652c22617574686f72223a7b226163636f756e744964223a22716d3a31222c226163636f756e7454797065223a22637573746f6d6572222c22646973706c61794e616d65223a22416461227d7d7d');
INSERT INTO public.event_bodies VALUES (59, '\x7b2274797065223a226d6573736167652e63726561746564222c2274696d657374616d70223a22323032362d31312d32315431303a30303a30305a222c2264617461223a7b22636f6e766572736174696f6e223a22542d31222c226964223a22542d312f31222c2274657874223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f222c227375626a656374223a2250617263656c222c227072696f72697479223a372c22637573746f6d6572223a7b226964223a31322c226e616d65223a22416461222c22656d61696c223a22616461406578616d706c652e636f6d222c226c616e6775616765223a226465227d7d7d');
INSERT INTO public.event_bodies VALUES (60, '\x7b227469636b6574223a7b226964223a332c227469746c65223a2250617263656c222c22637573746f6d65725f6964223a352c22637573746f6d6572223a7b22656d61696c223a22616461406578616d706c652e636f6d222c2266756c6c6e616d65223a22416461227d7d2c2261727469636c65223a7b226964223a31312c227469636b65745f6964223a332c2274797065223a22656d61696c222c2273656e646572223a22437573746f6d6572222c22696e7465726e616c223a66616c73652c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22636f6e74656e745f74797065223a22746578742f68746d6c222c22637265617465645f62795f6964223a352c22637265617465645f6174223a22323032362d31312d32315431303a30303a30302e3030305a227d7d');
INSERT INTO public.event_bodies VALUES (61, '\x7b226163636f756e745f6964223a312c226964223a2230314a222c2274797065223a227a656e3a6576656e742d747970653a7469636b65742e636f6d6d656e745f6164646564222c2274696d65223a22323032362d31312d32315431303a30303a30302e3132333435363738395a222c227375626a656374223a227a656e3a7469636b65743a3335343336222c2264657461696c223a7b226964223a223335343336222c227375626a656374223a2250617263656c222c22737461747573223a224f50454e222c227265717565737465725f6964223a2238222c227375626d69747465725f6964223a2238222c2269735f7075626c6963223a747275652c22766961223a7b226368616e6e656c223a22776562227d2c226465736372697074696f6e223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f227d2c226576656e74223a7b226d657461223a7b2273657175656e6365223a7b226964223a227365712d31222c22706f736974696f6e223a317d7d2c22636f6d6d656e74223a7b226964223a223737222c22626f6479223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f222c2269735f7075626c6963223a747275652c22617574686f72223a7b226964223a2238222c226e616d65223a22416461222c2269735f7374616666223a66616c73657d7d7d7d');
INSERT INTO public.event_bodies VALUES (71, '\x7b22726f757465223a2022617069222c20226964223a2022414d2d66697273742d6261642f31227d');
INSERT INTO public.event_bodies VALUES (73, '\x6e6f204a534f4e20617420616c6c2028666972737429');
INSERT INTO public.event_bodies VALUES (91, '\x46726f6d3a204164612042726f6f6b203c61646140637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204d792070617263656c0a446174653a204d6f6e2c203032204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c7468726561642d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a5768657265206973206d792070617263656c3f20287365636f6e642c206669727374206d61696c206f66206120746872656164290a');
INSERT INTO public.event_bodies VALUES (92, '\x46726f6d3a204164612042726f6f6b203c61646140637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a204d792070617263656c0a446174653a204d6f6e2c203033204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c7468726561642d7365636f6e642d6240637573746f6d6572732e6578616d706c653e0a496e2d5265706c792d546f3a203c7468726561642d7365636f6e6440637573746f6d6572732e6578616d706c653e0a5265666572656e6365733a203c7468726561642d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a4974206973207374696c6c206e6f7420686572652e20287365636f6e642c207365636f6e64206d61696c206f662074686520746872656164290a');
INSERT INTO public.event_bodies VALUES (93, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20496e766f6963650a446174653a204d6f6e2c203034204e6f7620323032362030393a30303a3030202b303130300a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a506c656173652073656e642074686520696e766f69636520616761696e2e20287365636f6e642c2061206d61696c20776974686f757420616e206964290a');
INSERT INTO public.event_bodies VALUES (94, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20416464726573730a446174653a204d6f6e2c203034204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c68746d6c2d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f68746d6c3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a3c703e4d79203c623e6e657720616464726573733c2f623e206973204d696c6c204c616e6520342e20287365636f6e642c20696e2048544d4c293c2f703e0a');
INSERT INTO public.event_bodies VALUES (95, '\x46726f6d3a204379203c637940637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a20596f7572206f726465720a446174653a204d6f6e2c203034204e6f7620323032362031313a30303a3030202b303130300a4d6573736167652d49443a203c6f727068616e2d7365636f6e6440637573746f6d6572732e6578616d706c653e0a496e2d5265706c792d546f3a203c6f726465722d7365636f6e644062726967687477617465722e6578616d706c653e0a5265666572656e6365733a203c6f726465722d7365636f6e644062726967687477617465722e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a5468697320616e73776572732061206d61696c20796f752073656e742e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (96, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204f7574206f66206f66666963650a446174653a204d6f6e2c203035204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c6175746f2d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4175746f2d5375626d69747465643a206175746f2d7265706c6965640a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a4920616d206177617920756e74696c204d6f6e6461792e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (99, '\x46726f6d3a20737570706f72744062726967687477617465722e6578616d706c650a546f3a2061646140637573746f6d6572732e6578616d706c650a5375626a6563743a2052653a204d792070617263656c0a446174653a204d6f6e2c203035204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c6f776e2d7365636f6e644062726967687477617465722e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a4f7572206f776e20616e737765722e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (97, '\x46726f6d3a204d41494c45522d4441454d4f4e406d782e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20556e64656c697665726564204d61696c2052657475726e656420746f2053656e6465720a446174653a204d6f6e2c203035204e6f7620323032362031313a30303a3030202b303130300a4d6573736167652d49443a203c626f756e63652d7365636f6e64406d782e6578616d706c653e0a52657475726e2d506174683a203c3e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a497420636f756c64206e6f742062652064656c6976657265642e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (98, '\x46726f6d3a206e657773406c697374732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a204e6577730a446174653a204d6f6e2c203035204e6f7620323032362031323a30303a3030202b303130300a4d6573736167652d49443a203c6c6973742d7365636f6e64406c697374732e6578616d706c653e0a4c6973742d49643a203c6e6577732e6c697374732e6578616d706c653e0a507265636564656e63653a206c6973740a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a57686174206973206e65772e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (100, '\x46726f6d3a20626f6240637573746f6d6572732e6578616d706c650a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a200a446174653a204d6f6e2c203036204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c656d7074792d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a0a');
INSERT INTO public.event_bodies VALUES (101, '\x46726f6d3a20477573203c67757340637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2050617373776f72640a446174653a204d6f6e2c203037204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c73696e676c652d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a492063616e6e6f74207369676e20696e2e20287365636f6e642c206f6e65206d61696c20696e20612066696c65290a');
INSERT INTO public.event_bodies VALUES (102, '\x46726f6d3a2048616c203c68616c40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a20526566756e640a446174653a204d6f6e2c203038204e6f7620323032362030393a30303a3030202b303130300a4d6573736167652d49443a203c6469722d6e65772d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a492077616e74206120726566756e642e20287365636f6e642c206e657720696e2061204d61696c646972290a');
INSERT INTO public.event_bodies VALUES (103, '\x46726f6d3a20496461203c69646140637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2044616d616765640a446174653a204d6f6e2c203038204e6f7620323032362031303a30303a3030202b303130300a4d6573736167652d49443a203c6469722d6375722d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a546865206c616d702069732064616d616765642e20287365636f6e642c207365656e20696e2061204d61696c646972290a');
INSERT INTO public.event_bodies VALUES (105, '\x46726f6d3a204a6f203c6a6f40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2059656172732061676f0a446174653a204d6f6e2c203033204e6f7620323032352030393a30303a3030202b303130300a4d6573736167652d49443a203c6f6c642d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a416e206f6c64207175657374696f6e2e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (104, '\x46726f6d3a204a6f203c6a6f40637573746f6d6572732e6578616d706c653e0a546f3a20737570706f72744062726967687477617465722e6578616d706c650a5375626a6563743a2052653a2059656172732061676f0a446174653a205475652c203034204e6f7620323032352030393a30303a3030202b303130300a4d6573736167652d49443a203c6f6c642d7365636f6e642d6240637573746f6d6572732e6578616d706c653e0a5265666572656e6365733a203c6f6c642d7365636f6e6440637573746f6d6572732e6578616d706c653e0a4d494d452d56657273696f6e3a20312e300a436f6e74656e742d547970653a20746578742f706c61696e3b20636861727365743d7574662d380a436f6e74656e742d5472616e736665722d456e636f64696e673a20386269740a0a416e206f6c64207468616e6b20796f752e20287365636f6e64290a');
INSERT INTO public.event_bodies VALUES (106, '\x313035322e302c2c41206e756d626572202077697468206120706f696e7420616e642074776f2073706163657320287365636f6e64292e2c323032362d31312d30335430393a30303a30302b30313a30302c457863656c2c6c656140637573746f6d6572732e6578616d706c652c637573746f6d65722c736f7574680a');
INSERT INTO public.event_bodies VALUES (107, '\x313035332c2c4120726f7720776974686f757420616e20696420287365636f6e64292e2c30332e31312e323032362030393a30302c4e6f207a6f6e652c6d617840637573746f6d6572732e6578616d706c652c637573746f6d65722c736f7574680a');
INSERT INTO public.event_bodies VALUES (108, '\x313035342c2c2c323032362d31312d30335430393a30303a30305a2c4e6f20746578742c6d617840637573746f6d6572732e6578616d706c652c637573746f6d65722c736f7574680a');
INSERT INTO public.event_bodies VALUES (109, '\x313035312c6d2d313035312c5768657265206973207469636b657420313035313f2c323032362d31312d30325430393a30303a30305a2c50617263656c2c6b696d40637573746f6d6572732e6578616d706c652c637573746f6d65722c6e6f7274680a');
INSERT INTO public.event_bodies VALUES (110, '\x313035312c6d2d313035312d632c5468616e6b20796f75202831303531292e2c323032362d31312d30325431313a30303a30305a2c50617263656c2c6b696d40637573746f6d6572732e6578616d706c652c637573746f6d65722c6e6f7274680a');
INSERT INTO public.event_bodies VALUES (111, '\x313035312c6d2d313035312d622c5765206c6f6f6b20696e746f2069742e2c323032362d31312d30325431303a30303a30305a2c50617263656c2c2c6167656e742c6e6f7274680a');
INSERT INTO public.event_bodies VALUES (112, '\x6f6c642d313035302c6f6c642d6d2d313035302c416e206f6c64207469636b657420287365636f6e64292e2c323032352d31312d30335430393a30303a30305a2c637573746f6d65720a');
INSERT INTO public.event_bodies VALUES (113, '\x6f6c642d313035302c6f6c642d6d2d313035302d622c416e206f6c6420616e7377657220287365636f6e64292e2c323032352d31312d30335431303a30303a30305a2c6167656e740a');
INSERT INTO public.event_bodies VALUES (114, '\x7b22636f6e766572736174696f6e223a20224a2d7365636f6e64222c20226964223a20224a2d7365636f6e642f31222c202274657874223a202241206c696e65206f6620612066696c6520287365636f6e64292e227d0a');
INSERT INTO public.event_bodies VALUES (115, '\x7b22636f6e766572736174696f6e223a20224a2d7365636f6e64222c20226964223a20224a2d7365636f6e642f32222c202274657874223a2022497473206e657874206c696e6520287365636f6e64292e222c20226f636375727265645f6174223a2022323032362d31312d30325431303a30303a30305a222c20227072696f72697479223a20377d0a');
INSERT INTO public.event_bodies VALUES (116, '\x7b22636f6e766572736174696f6e223a20224a2d7365636f6e642d647565222c20226964223a20224a2d7365636f6e642d6475652f31222c202274657874223a202241206c696e65207468617420697320647565206c6174657220287365636f6e64292e222c20226475655f6174223a2022323033302d30312d30325430393a30303a30305a227d0a');
INSERT INTO public.event_bodies VALUES (117, '\x7b22636f6e766572736174696f6e223a20224a2d7365636f6e642d626164222c20226964223a20224a2d7365636f6e642d6261642f31227d0a');
INSERT INTO public.event_bodies VALUES (138, '\x7b2266726573686465736b5f776562686f6f6b223a7b227469636b65745f6964223a31302c227469636b65745f6c61746573745f7075626c69635f636f6d6d656e745f6964223a352c22636f6d6d656e74223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c227469636b65745f636f6e746163745f656d61696c223a22616461406578616d706c652e636f6d227d7d');
INSERT INTO public.event_bodies VALUES (139, '\x7b2274797065223a22696e626f756e645f7265636569766564222c22617574686f72697a6174696f6e223a7b226964223a22636d705f31227d2c227061796c6f6164223a7b226964223a226576745f32222c22636f6e766572736174696f6e223a7b226964223a22636e765f32222c227375626a656374223a2250617263656c222c22726563697069656e74223a7b2268616e646c65223a22616461406578616d706c652e636f6d227d7d2c22746172676574223a7b2264617461223a7b226964223a226d73675f32222c2269735f696e626f756e64223a747275652c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22617574686f72223a6e756c6c7d7d7d7d');
INSERT INTO public.event_bodies VALUES (140, '\x7b226964223a226576745f32222c2274797065223a22696e626f756e64222c22636f6e766572736174696f6e223a7b226964223a22636e765f32222c227375626a656374223a2250617263656c227d2c22746172676574223a7b2264617461223a7b226964223a226d73675f32222c2269735f696e626f756e64223a747275652c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22617574686f72223a6e756c6c7d7d7d');
INSERT INTO public.event_bodies VALUES (141, '\x7b226964223a37382c227375626a656374223a2250617263656c222c225f656d626564646564223a7b2274687265616473223a5b7b226964223a31302c2274797065223a22637573746f6d6572222c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22637265617465644174223a22323032362d31312d32315431303a30303a30305a222c22637265617465644279223a7b226964223a342c2274797065223a22637573746f6d6572222c226669727374223a22416461222c226c617374223a224c222c22656d61696c223a22616461406578616d706c652e636f6d227d7d5d7d7d');
INSERT INTO public.event_bodies VALUES (142, '\x7b226576656e744964223a20312c2022737562736372697074696f6e4964223a2031323334352c2022706f7274616c4964223a2036323531352c20226170704964223a2035343332312c20226f636375727265644174223a20313739353030303030303030302c2022737562736372697074696f6e54797065223a2022636f6e766572736174696f6e2e6e65774d657373616765222c2022617474656d70744e756d626572223a20302c20226f626a6563744964223a203930322c20226d6573736167654964223a20226d2d32222c20226d65737361676554797065223a20224d455353414745222c20226e6f7465223a202247725c75303066635c7530306466652c205c75346636305c75353937643a207768657265206973206d792070617263656c3f227d');
INSERT INTO public.event_bodies VALUES (143, '\x7b226576656e744964223a20312c2022737562736372697074696f6e4964223a2031323334352c2022706f7274616c4964223a2036323531352c20226170704964223a2035343332312c20226f636375727265644174223a20313739353030303030303030302c2022737562736372697074696f6e54797065223a2022636f6e766572736174696f6e2e6e65774d657373616765222c2022617474656d70744e756d626572223a20302c20226f626a6563744964223a203930322c20226d6573736167654964223a20226d2d32222c20226d65737361676554797065223a20224d455353414745222c20226e6f7465223a202247725c75303066635c7530306466652c205c75346636305c75353937643a207768657265206973206d792070617263656c3f227d');
INSERT INTO public.event_bodies VALUES (144, '\x7b2274797065223a226e6f74696669636174696f6e5f6576656e74222c226964223a226e6f7469665f31222c22746f706963223a22636f6e766572736174696f6e2e757365722e7265706c696564222c22637265617465645f6174223a313739353030303030302c2264617461223a7b226974656d223a7b226964223a22323136222c22736f75726365223a7b226964223a227331222c22626f6479223a223c703e66697273743c2f703e222c22617574686f72223a7b2274797065223a2275736572227d7d2c22636f6e766572736174696f6e5f7061727473223a7b22636f6e766572736174696f6e5f7061727473223a5b7b226964223a22353032222c22706172745f74797065223a22636f6d6d656e74222c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22617574686f72223a7b2274797065223a2275736572222c226964223a227531222c226e616d65223a22416461222c22656d61696c223a22616461406578616d706c652e636f6d227d7d5d7d7d7d7d');
INSERT INTO public.event_bodies VALUES (145, '\x7b2274696d657374616d70223a313739353030303030303030302c22776562686f6f6b4576656e74223a22636f6d6d656e745f63726561746564222c226973737565223a7b226964223a223130303031222c226b6579223a225355502d32222c226669656c6473223a7b2273756d6d617279223a2250617263656c227d7d2c22636f6d6d656e74223a7b226964223a2238222c22626f6479223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f222c226a73645075626c6963223a747275652c22617574686f72223a7b226163636f756e744964223a22716d3a31222c226163636f756e7454797065223a22637573746f6d6572222c22646973706c61794e616d65223a22416461227d7d7d');
INSERT INTO public.event_bodies VALUES (146, '\x7b2274797065223a226d6573736167652e63726561746564222c2274696d657374616d70223a22323032362d31312d32315431303a30303a30305a222c2264617461223a7b22636f6e766572736174696f6e223a22542d32222c226964223a22542d322f31222c2274657874223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f222c227375626a656374223a2250617263656c222c227072696f72697479223a372c22637573746f6d6572223a7b226964223a31322c226e616d65223a22416461222c22656d61696c223a22616461406578616d706c652e636f6d222c226c616e6775616765223a226465227d7d7d');
INSERT INTO public.event_bodies VALUES (147, '\x7b227469636b6574223a7b226964223a342c227469746c65223a2250617263656c222c22637573746f6d65725f6964223a352c22637573746f6d6572223a7b22656d61696c223a22616461406578616d706c652e636f6d222c2266756c6c6e616d65223a22416461227d7d2c2261727469636c65223a7b226964223a31322c227469636b65745f6964223a342c2274797065223a22656d61696c222c2273656e646572223a22437573746f6d6572222c22696e7465726e616c223a66616c73652c22626f6479223a223c703e4772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d79203c623e70617263656c3c2f623e3f3c2f703e222c22636f6e74656e745f74797065223a22746578742f68746d6c222c22637265617465645f62795f6964223a352c22637265617465645f6174223a22323032362d31312d32315431303a30303a30302e3030305a227d7d');
INSERT INTO public.event_bodies VALUES (148, '\x7b226163636f756e745f6964223a312c226964223a2230314a222c2274797065223a227a656e3a6576656e742d747970653a7469636b65742e636f6d6d656e745f6164646564222c2274696d65223a22323032362d31312d32315431303a30303a30302e3132333435363738395a222c227375626a656374223a227a656e3a7469636b65743a3335343337222c2264657461696c223a7b226964223a223335343337222c227375626a656374223a2250617263656c222c22737461747573223a224f50454e222c227265717565737465725f6964223a2238222c227375626d69747465725f6964223a2238222c2269735f7075626c6963223a747275652c22766961223a7b226368616e6e656c223a22776562227d2c226465736372697074696f6e223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f227d2c226576656e74223a7b226d657461223a7b2273657175656e6365223a7b226964223a227365712d32222c22706f736974696f6e223a317d7d2c22636f6d6d656e74223a7b226964223a223738222c22626f6479223a224772c3bcc39f652c20e4bda0e5a5bd3a207768657265206973206d792070617263656c3f222c2269735f7075626c6963223a747275652c22617574686f72223a7b226964223a2238222c226e616d65223a22416461222c2269735f7374616666223a66616c73657d7d7d7d');
INSERT INTO public.event_bodies VALUES (158, '\x7b22726f757465223a2022617069222c20226964223a2022414d2d7365636f6e642d6261642f31227d');
INSERT INTO public.event_bodies VALUES (160, '\x6e6f204a534f4e20617420616c6c20287365636f6e6429');
INSERT INTO public.events VALUES (1, 'mail:mail', 'auto-first@customers.example', NULL, '5a9cb5f254f443d3da3f4c94ebd3cde2bc869f7220fe95516c27cd2b03dba6d1', 'stopped', 'auto_submitted', 'mail', 'auto-first@customers.example', 'I am away until Monday. (first)', 'Out of office', '{"email":"bob@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793865600000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (2, 'mail:mail', 'bounce-first@mx.example', NULL, '1795dc742691325e6419112daf65067789f9f52cd64ab2f8534cf2e9a3dd4b00', 'stopped', 'delivery_report', 'mail', 'bounce-first@mx.example', 'It could not be delivered. (first)', 'Undelivered Mail Returned to Sender', '{"email":"MAILER-DAEMON@mx.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793872800000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (3, 'mail:mail', 'html-first@customers.example', NULL, '18361eb794fb1ad81078bcc820a7b4dc72e81c6fdb33ae53bf02e2174e89a52b', 'accepted', NULL, 'mail', 'html-first@customers.example', NULL, 'Address', '{"email":"bob@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793782800000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (4, 'mail:mail', 'list-first@lists.example', NULL, 'bf91160ee61db6b72961e1a83a63ed0f3416ef2ab429b916f1e7b76e3879410a', 'stopped', 'mailing_list', 'mail', 'list-first@lists.example', 'What is new. (first)', 'News', '{"email":"news@lists.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793876400000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (5, 'mail:mail', 'lost-first-b@customers.example', NULL, 'd10b03e801ec6c0ed97450d2bbce6daf82dd79582ed3b7052587f186bba488c8', 'accepted', NULL, 'mail', 'lost-first@customers.example', NULL, 'Re: Lost', '{"name":"Di","email":"di@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793959200000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (6, 'mail:mail', 'lost-first@customers.example', NULL, 'f6ba592c8b1434f8c53d881ed920b44fa6caaa5aa841c8fee16d0d653b99af1c', 'accepted', NULL, 'mail', 'lost-first@customers.example', NULL, 'Lost', '{"name":"Di","email":"di@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793955600000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (7, 'mail:mail', 'orphan-first@customers.example', NULL, 'ad6afda491dabd51578c9064c8deca7bef56de36c5c6528954b466f817f8cd53', 'accepted', NULL, 'mail', 'order-first@brightwater.example', NULL, 'Re: Your order', '{"name":"Cy","email":"cy@customers.example"}', '{"to":"support@brightwater.example","in_reply_to":"order-first@brightwater.example"}', NULL, 5, 1793786400000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (8, 'mail:mail', 'own-first@brightwater.example', NULL, '177581c9cf25d8b7af51892e4d71c59a7e6b702271c245c24f5ad834bcc36605', 'stopped', 'own_address', 'mail', 'own-first@brightwater.example', 'Our own answer. (first)', 'Re: My parcel', '{"email":"support@brightwater.example"}', '{"to":"ada@customers.example"}', NULL, 5, 1793869200000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (9, 'mail:mail', 'person-first-b@customers.example', NULL, '4e0b3a97368e1783f21bb126d8ab89615716474695bcceac0d4d7a9658a19878', 'accepted', NULL, 'mail', 'person-first@customers.example', NULL, 'Re: Person', '{"name":"Flo","email":"flo@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793970000000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (10, 'mail:mail', 'person-first@customers.example', NULL, 'b5945d3430360217e9dc6fbdabcc0a298947b94bba8200fc98c72f332994f889', 'accepted', NULL, 'mail', 'person-first@customers.example', NULL, 'Person', '{"name":"Flo","email":"flo@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793966400000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (11, 'mail:mail', 'refused-first@customers.example', NULL, 'f0d327dde8fae5345eefaa1bbf7caa5eb91c52147cdd9040afe93744456ce76f', 'accepted', NULL, 'mail', 'refused-first@customers.example', NULL, 'Refused', '{"name":"Ed","email":"ed@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793962800000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (12, 'mail:mail', 'refused:4bdd97f5e1691066d85045639d183698', 'empty-first@customers.example', '4bdd97f5e1691066d85045639d1836982db9210ce57aebabb76f9cbc6a1a346c', 'refused', 'first/mail.mbox, mail 10: no_text: nothing in this mail is readable text', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (13, 'mail:mail', 'sha256:d1265268aa2370f97ef233b32b37dc17cc894b6d61e122f7131461285f62b38c', NULL, '1f631737a6f897e4c54002444f4406ab4b7f1d867a94ab5a4980cba2f05c66b8', 'accepted', NULL, 'mail', 'sha256:d1265268aa2370f97ef233b32b37dc17cc894b6d61e122f7131461285f62b38c', NULL, 'Invoice', '{"email":"bob@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793779200000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (14, 'mail:mail', 'thread-first-b@customers.example', NULL, '879626b1d19739e2bf7e34e3644a34ae8b085ed7ab0efb60f8580af9b178e789', 'accepted', NULL, 'mail', 'thread-first@customers.example', NULL, 'Re: My parcel', '{"name":"Ada Brook","email":"ada@customers.example"}', '{"to":"support@brightwater.example","in_reply_to":"thread-first@customers.example"}', NULL, 5, 1793692800000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (15, 'mail:mail', 'thread-first@customers.example', NULL, '72a2f3f40d2a82adbd95ab99b2d60cc118d0e3c80a880fa1b2967aeb878d63fa', 'accepted', NULL, 'mail', 'thread-first@customers.example', NULL, 'My parcel', '{"name":"Ada Brook","email":"ada@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793606400000, NULL, 1795889751877, 0);
INSERT INTO public.events VALUES (16, 'mail:mail', 'single-first@customers.example', NULL, 'f5a4fcad2906dbf15934bd678100a079b9bc215bd802d04dc962301be4796a47', 'accepted', NULL, 'mail', 'single-first@customers.example', NULL, 'Password', '{"name":"Gus","email":"gus@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1794038400000, NULL, 1795889751927, 0);
INSERT INTO public.events VALUES (18, 'mail:mail', 'dir-cur-first@customers.example', NULL, 'd9144f5c5dd80f0d4533a40b54415c143ac7b6c40ecc3ffb069f96b11969c227', 'accepted', NULL, 'mail', 'dir-cur-first@customers.example', NULL, 'Damaged', '{"name":"Ida","email":"ida@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1794128400000, NULL, 1795889751944, 0);
INSERT INTO public.events VALUES (17, 'mail:mail', 'dir-new-first@customers.example', NULL, '7b092bc40870d2aa460b65e54d0ed51df0013a4b0e5ea8e01a8099c45c1a3a4f', 'accepted', NULL, 'mail', 'dir-new-first@customers.example', NULL, 'Refund', '{"name":"Hal","email":"hal@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1794124800000, NULL, 1795889751944, 0);
INSERT INTO public.events VALUES (19, 'mail:mail', 'old-first-b@customers.example', NULL, 'b5e911b58224f8ef50177a452e0e5aec8b02eeec37893b523609291fda5785ee', 'context', NULL, 'mail', 'old-first@customers.example', 'An old thank you. (first)', 'Re: Years ago', '{"name":"Jo","email":"jo@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1762243200000, NULL, 1795889752119, 0);
INSERT INTO public.events VALUES (20, 'mail:mail', 'old-first@customers.example', NULL, '6dbbc1156ae0d670324f0a239997d46a654b9b790e2f0a69604d32cee577b810', 'context', NULL, 'mail', 'old-first@customers.example', 'An old question. (first)', 'Years ago', '{"name":"Jo","email":"jo@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1762156800000, NULL, 1795889752119, 0);
INSERT INTO public.events VALUES (21, 'csv:tickets', '1002.0/93c8b1b0c1284c3a', NULL, '188109a34d825822c5c09166da6ba39df4b705d994aeed7b75216e5d7400275c', 'accepted', NULL, 'tickets', '1002.0', NULL, 'Excel', '{"email":"lea@customers.example"}', '{"shop":"south"}', NULL, 5, 1793692800000, NULL, 1795889752280, 0);
INSERT INTO public.events VALUES (22, 'csv:tickets', '1003/e0739eb54410ba14', NULL, '5d04d02b94f4551160f3789c8c282b4f2879a5f1ef00cb922f5303f62e9d4fe0', 'accepted', NULL, 'tickets', '1003', NULL, 'No zone', '{"email":"max@customers.example"}', '{"created_at":"03.11.2026 09:00","shop":"south"}', NULL, 5, NULL, NULL, 1795889752280, 0);
INSERT INTO public.events VALUES (23, 'csv:tickets', 'refused:135a7bc8f5f58590df56197280cd7f69', NULL, '135a7bc8f5f58590df56197280cd7f69af712cca80e1d39d843a7c3eb54e0485', 'refused', 'first/tickets.csv, row 7: text: expected a value, got an empty cell', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889752305, 0);
INSERT INTO public.events VALUES (24, 'csv:tickets', 'm-1001', NULL, '312c53d47493e3184f796857dceeb69de34f00ba7f0b1976f355162d35e9516c', 'accepted', NULL, 'tickets', '1001', NULL, 'Parcel', '{"email":"kim@customers.example"}', '{"shop":"north"}', NULL, 5, 1793610000000, NULL, 1795889752309, 0);
INSERT INTO public.events VALUES (25, 'csv:tickets', 'm-1001-c', NULL, '82bc8718aa8d447ef57af138c650c6a6818d1844d7dbeb3be076b946e5701101', 'accepted', NULL, 'tickets', '1001', NULL, 'Parcel', '{"email":"kim@customers.example"}', '{"shop":"north"}', NULL, 5, 1793617200000, NULL, 1795889752309, 0);
INSERT INTO public.events VALUES (26, 'csv:tickets', 'm-1001-b', NULL, '57eebbf8f117cd5e25888fa38a587fdc3f0037cbc1bcbad533e6da78199edde7', 'context', 'author', 'tickets', '1001', 'We look into it.', 'Parcel', NULL, '{"author":"agent","shop":"north"}', NULL, 5, 1793613600000, NULL, 1795889752318, 0);
INSERT INTO public.events VALUES (27, 'csv:tickets', 'old-m-1000', NULL, '73465b6bb2ee7e95145ff8cf8a96759b6de4870629bda87c233862023ddf3e2a', 'context', NULL, 'tickets', 'old-1000', 'An old ticket (first).', NULL, NULL, NULL, NULL, 5, 1762160400000, NULL, 1795889752545, 0);
INSERT INTO public.events VALUES (28, 'csv:tickets', 'old-m-1000-b', NULL, '3475997bd8e8a478ef0e01217a56835187f4ea6e1dbd70a413ea8df429bab9e2', 'context', 'author', 'tickets', 'old-1000', 'An old answer (first).', NULL, NULL, '{"author":"agent"}', NULL, 5, 1762164000000, NULL, 1795889752545, 0);
INSERT INTO public.events VALUES (29, 'jsonl:tickets', 'J-first/1', NULL, '66dbc8eb4f606056eff0bc30ce952e39ec46da341ae76cd670336f3a9ff724e0', 'accepted', NULL, 'tickets', 'J-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889752741, 0);
INSERT INTO public.events VALUES (30, 'jsonl:tickets', 'J-first/2', NULL, '7720e12de24469fe785d8a9738cb9a75aa895e73a2c39756fad992e66d3b4608', 'accepted', NULL, 'tickets', 'J-first', NULL, NULL, NULL, NULL, NULL, 7, 1793613600000, NULL, 1795889752741, 0);
INSERT INTO public.events VALUES (31, 'jsonl:tickets', 'J-first-due/1', NULL, '2ccbcc39aeb3fb6e567dea68010390e1b09b5856f9904f5ef19e21b35156e939', 'scheduled', NULL, 'tickets', 'J-first-due', 'A line that is due later (first).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889752761, 0);
INSERT INTO public.events VALUES (32, 'jsonl:tickets', 'refused:140c2f4da79f7770001b61ad9536f94c', 'J-first-bad/1', '140c2f4da79f7770001b61ad9536f94cf7521af5521e35f6c24789a3fc1f1300', 'refused', 'first/events.jsonl, line 4: text: expected a string of 1 to 100,000 characters, not only white space, without NUL, got nothing', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889752761, 0);
INSERT INTO public.events VALUES (33, 'crm', 'H-first/1', NULL, 'c1c77b9114bd9e0c6ec812a2e7da9cba62a50dcdfcb9c14486fcdaf330195135', 'accepted', NULL, 'api', 'H-first', NULL, NULL, '{"id":"c-1","name":"Nell","email":"nell@customers.example"}', '{"shop":"north"}', NULL, 5, NULL, NULL, 1795889752821, 1);
INSERT INTO public.events VALUES (35, 'crm', 'H-first-due/1', NULL, '14a5645294bcfdd7e2f904e08c73ef8891d73bc209ba390599cd121e9d46246b', 'scheduled', NULL, 'api', 'H-first-due', 'Due later, over HTTP (first).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889752973, 0);
INSERT INTO public.events VALUES (37, 'crm', 'B-first/2', NULL, '40d66335a374d05cedb04a3cb384f033f74179ea13b5d0a5a2d1b12f17c4b1ac', 'accepted', NULL, 'api', 'B-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753048, 0);
INSERT INTO public.events VALUES (36, 'crm', 'B-first/1', NULL, 'daa1c453356135e321410eea0b662d972cc04023ebc1664229490ca177cfcaed', 'accepted', NULL, 'api', 'B-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753048, 1);
INSERT INTO public.events VALUES (38, 'crm', 'ce-first-1', NULL, 'e365faacd19a6f88cd22914ae53734966a5631d52861779f2dd7be43f229d618', 'accepted', NULL, 'api', 'CE-first', NULL, NULL, NULL, '{"cloudevent":{"source":"/shop","type":"asked"}}', NULL, 5, 1793610000000, NULL, 1795889753117, 0);
INSERT INTO public.events VALUES (39, 'crm', 'ce-first-2', NULL, '3580dd64231b4a481ae7b8cc1986b008bbe83aafd19b5238fb6f881ac7519586', 'accepted', NULL, 'api', 'CE-first', NULL, NULL, NULL, '{"cloudevent":{"source":"/shop","type":"asked"}}', NULL, 5, NULL, NULL, 1795889753168, 0);
INSERT INTO public.events VALUES (40, 'crm', 'S-first/1', NULL, '394c017e8bebf5487fb5a9eeba1da6711cae5f9f691010653964a4772f8beb24', 'accepted', NULL, 'support', 'S-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753209, 0);
INSERT INTO public.events VALUES (41, 'crm', 'S-first-2/1', NULL, '6f811964965c993196ac3871c181e639f46c4c895de81bc7270bd35ce3abf33e', 'accepted', NULL, 'support', 'S-first-2', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753292, 0);
INSERT INTO public.events VALUES (42, 'crm', 'X-first/1', NULL, '25942f8a20ef136990b680c00efca86034a5aaea7045d7e17ba164b2c1dbaf00', 'accepted', NULL, 'closed', 'X-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753336, 0);
INSERT INTO public.events VALUES (43, 'crm', 'N-first/1', NULL, 'be8e64d473b64281d35f6104ea25b213f0cf18a951d71a98b48edc214cf8bef4', 'accepted', NULL, 'night', 'N-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753395, 0);
INSERT INTO public.events VALUES (44, 'crm', 'S-failed/1', NULL, 'f87ee90b575e0249bd5fc5161dad48475f8f2f920f9086cc5c8be6ff6f9146ec', 'accepted', NULL, 'support', 'S-failed', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753450, 0);
INSERT INTO public.events VALUES (45, 'crm', 'S-person/1', NULL, '41c6d77de86d7057d89ce92873e50600d7f592f3baf13223459bc5bbc53fa014', 'accepted', NULL, 'support', 'S-person', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753503, 0);
INSERT INTO public.events VALUES (46, 'crm', 'H-lost/1', NULL, 'b576c7def201357b0f042c2bd9f7c6ceb498241309a3b0f548a7622fde523b10', 'accepted', NULL, 'api', 'H-lost', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753577, 0);
INSERT INTO public.events VALUES (47, 'crm', 'H-refused/1', NULL, '611ac9341254921fc814e4b3d80c2c0fe29586a3fed34e9b225da2145eaf5ccf', 'accepted', NULL, 'api', 'H-refused', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753637, 0);
INSERT INTO public.events VALUES (48, 'crm', 'H-done/1', NULL, '47a43233eefe5ce8443d55e3f1e910b2da43b3375bbfb2f52a089e432bcf8413', 'accepted', NULL, 'api', 'H-done', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753698, 0);
INSERT INTO public.events VALUES (49, 'csv:tickets', 'L-first/1', NULL, '6b769d5c24dcd8eef3df0b555f90e99e9e6d7e38578280113b0f948a3a2fb8ff', 'accepted', NULL, 'tickets', 'L-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889753793, 0);
INSERT INTO public.events VALUES (50, 'freshdesk', '4', NULL, '5db65debaacd6980014dc27c8bf13448d48351d4758e580eea5eb3056a817bd5', 'accepted', NULL, 'hooks', '9', NULL, NULL, '{"email":"ada@example.com"}', NULL, NULL, 5, NULL, NULL, 1795889753832, 0);
INSERT INTO public.events VALUES (51, 'front', 'msg_1', NULL, 'a2e70747e49c1e5a79e223578186698c12bbaa06e3dce424343c94caf4587b50', 'accepted', NULL, 'hooks', 'cnv_1', NULL, 'Parcel', '{"email":"ada@example.com"}', NULL, NULL, 5, NULL, NULL, 1795889753877, 0);
INSERT INTO public.events VALUES (52, 'front_rule', 'msg_1', NULL, 'a2e70747e49c1e5a79e223578186698c12bbaa06e3dce424343c94caf4587b50', 'accepted', NULL, 'hooks', 'cnv_1', NULL, 'Parcel', NULL, NULL, NULL, 5, NULL, NULL, 1795889753924, 0);
INSERT INTO public.events VALUES (53, 'helpscout', '9', NULL, '5c4d460f03249f2a5808d2c2c3b938711a527cc3d8bedf083b9cb929e8484875', 'accepted', NULL, 'hooks', '77', NULL, 'Parcel', '{"id":"4","name":"Ada L","email":"ada@example.com"}', NULL, NULL, 5, 1795255200000, NULL, 1795889753982, 0);
INSERT INTO public.events VALUES (54, 'hubspot', 'm-1', NULL, '62c9045053dca851a8325529c80ed9a7529951b9658d74cf188e888fc5e73c5a', 'accepted', NULL, 'hooks', '901', NULL, NULL, NULL, NULL, NULL, 5, 1795000000000, NULL, 1795889754042, 0);
INSERT INTO public.events VALUES (55, 'hubspot_v1', 'm-1', NULL, '62c9045053dca851a8325529c80ed9a7529951b9658d74cf188e888fc5e73c5a', 'accepted', NULL, 'hooks', '901', NULL, NULL, NULL, NULL, NULL, 5, 1795000000000, NULL, 1795889754090, 0);
INSERT INTO public.events VALUES (56, 'intercom', 'part-501', NULL, '2219515108f2936939700fda4cd8f632f7bb8c1e0d7711d49692bd76c38c2fd7', 'accepted', NULL, 'hooks', '215', NULL, NULL, '{"id":"u1","name":"Ada","email":"ada@example.com"}', NULL, NULL, 5, 1795000000000, NULL, 1795889754176, 1);
INSERT INTO public.events VALUES (58, 'jira', 'comment-7', NULL, '676e68125150ff9c94b94a8bc72098a6a153f7e9f7af9f12e93facba3615a4f2', 'accepted', NULL, 'hooks', 'SUP-1', NULL, 'Parcel', '{"id":"qm:1","name":"Ada"}', NULL, NULL, 5, 1795000000000, NULL, 1795889754305, 0);
INSERT INTO public.events VALUES (59, 'standard_webhooks', 'T-1/1', NULL, '8af39ae6c54fdc185f2e006e909a3f205f3218387637222c6f96db284d3feebd', 'accepted', NULL, 'hooks', 'T-1', NULL, 'Parcel', '{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}', '{"type":"message.created"}', NULL, 7, 1795255200000, NULL, 1795889754341, 0);
INSERT INTO public.events VALUES (60, 'zammad', '11', NULL, '9f52559a0a4519b60baa9537fc25aa5d411245a1c84d69e9c9d08fc20e758390', 'accepted', NULL, 'hooks', '3', NULL, 'Parcel', '{"id":"5","name":"Ada","email":"ada@example.com"}', NULL, NULL, 5, 1795255200000, NULL, 1795889754413, 0);
INSERT INTO public.events VALUES (61, 'zendesk', 'seq-1', NULL, '3468d5bcbf37336d6dae7658be16490f758b361356cfc01668509da5655a668c', 'accepted', NULL, 'hooks', '35436', NULL, 'Parcel', '{"id":"8","name":"Ada"}', '{"status":"OPEN","channel":"web"}', NULL, 5, 1795255200123, NULL, 1795889754487, 0);
INSERT INTO public.events VALUES (62, 'celery', 'C-first-1/1', NULL, '4ad3d2c547fa99214357b397eca4c66b89231c39463c11000afaa3c3c1644b4f', 'accepted', NULL, 'shop', 'C-first-1', NULL, NULL, NULL, NULL, '{"task":"shop.answered","queue":"shop"}', 5, NULL, NULL, 1795889754568, 0);
INSERT INTO public.events VALUES (63, 'celery', 'C-first-2/1', NULL, '02093e944e351215450fe4715350df0c3c6ff669dd62bb402dd6a5447ca819c1', 'accepted', NULL, 'shop', 'C-first-2', NULL, NULL, NULL, NULL, '{"task":"shop.answered","queue":null}', 5, NULL, NULL, 1795889754568, 0);
INSERT INTO public.events VALUES (64, 'celery', 'CL-first-due/1', NULL, '9114b0d6b0647991f262ec6ac200163e4aeb60bbc95dd8f8ec93552712e336cd', 'scheduled', NULL, 'api', 'CL-first-due', 'Due later, by Celery (first).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889754568, 0);
INSERT INTO public.events VALUES (65, 'celery', 'CL-first/1', NULL, '4e05f1db401637e4c1106b2825bf3f8a444689eb7ad570d68a95866ec2ad0573', 'accepted', NULL, 'api', 'CL-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754568, 1);
INSERT INTO public.events VALUES (66, 'celery', 'refused:161028104ed8f3474b89c282609db940', 'CL-first-bad/1', '284f303c1d306e2e36858e0bae0a68485d5b31e3f1c5c8a2064bc3d223b7a49e', 'refused', 'route: expected a configured route (api, braked, closed, drafts, hooks, mail, night, quick, shop, support, tickets)', 'nowhere', 'x', 'no such route', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754568, 0);
INSERT INTO public.events VALUES (68, 'amqp', 'AM-first/2', NULL, '07c8029a65009c0ad5c3b11a6d254fb05f825c471e88be96962010e259f97427', 'accepted', NULL, 'api', 'AM-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754665, 0);
INSERT INTO public.events VALUES (69, 'amqp', 'ce-first-3', NULL, 'cc4c27deab2b643311a30ee44d8a5d470fa7a9d0a347a985aed70b60bd652a1d', 'accepted', NULL, 'api', 'AM-first-ce', NULL, NULL, NULL, '{"cloudevent":{"source":"/till","type":"asked"}}', NULL, 5, NULL, NULL, 1795889754665, 0);
INSERT INTO public.events VALUES (70, 'amqp', 'ce-first-4', NULL, '4c257e24283f2b4cdefb0f366d4d69db5bcd94a820e35042455395499e8cc7e0', 'accepted', NULL, 'api', 'AM-first-ce', NULL, NULL, NULL, '{"cloudevent":{"source":"/till","type":"asked"}}', NULL, 5, NULL, NULL, 1795889754665, 0);
INSERT INTO public.events VALUES (71, 'amqp', 'refused:66baec03c05c96fe4bc73d19fb08bb9f', 'AM-first-bad/1', '66baec03c05c96fe4bc73d19fb08bb9f22145faf1335e39db99ac4f8febaa88d', 'refused', 'turnwire.events, message 9784140ac4a1: conversation: expected a string of 1 to 255 characters, without NUL, got nothing', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754665, 0);
INSERT INTO public.events VALUES (72, 'till:7', 'AM-first-t/1', NULL, 'db29ae6e0adafbe8a9818b68b1d6dee28701dd0d09469be4b2cd6d3391108513', 'accepted', NULL, 'api', 'AM-first-t', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754665, 0);
INSERT INTO public.events VALUES (67, 'amqp', 'AM-first/1', NULL, '4d58d657c92713f856288373d4acb123b1120284df33f82f3926d5e8ced7c7fe', 'accepted', NULL, 'api', 'AM-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754665, 1);
INSERT INTO public.events VALUES (73, 'broker', 'quarantined:4c8e44f1-1d42-43c8-bcbf-019556a928f9', NULL, 'c0766167e182e9bee1bc112a1b07e6d0488c91562d88ff7e529434b96345e9e4', 'quarantined', 'queue turnwire.events: body is not JSON', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754808, 0);
INSERT INTO public.events VALUES (75, 'python', 'PY-first/2', NULL, 'c22f530014f5670fc3d5d1cbd26336cb154db92fb886d7b6030363c25bc4a4ce', 'accepted', NULL, 'api', 'PY-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754917, 0);
INSERT INTO public.events VALUES (74, 'python', 'PY-first/1', NULL, '10983a0b3473600d40af7bd7ab42f8d732845c3abee022466bd3fb76dc20f420', 'accepted', NULL, 'api', 'PY-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889754917, 1);
INSERT INTO public.events VALUES (76, 'cli', 'CLI-first/1', NULL, 'fc4b1206be1c454eced00791019a215aa84f962cdaa667f8ae7cd58e74a4122c', 'accepted', NULL, 'api', 'CLI-first', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889755240, 0);
INSERT INTO public.events VALUES (77, 'cli', 'CLI-first-due/1', NULL, '23619a108fc7c0fe502010753c8c6e0c89516f902b46188d0ee1969d5ec5536b', 'scheduled', NULL, 'api', 'CLI-first-due', 'Due later, by command (first).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889755456, 0);
INSERT INTO public.events VALUES (78, 'cli', 'F-first/1', NULL, '5d262c0738d000a7bfe7b85a1812251994c17d6f4e235333dc1c8863ad397b3f', 'scheduled', NULL, 'api', 'H-first', 'A follow-up (first).', NULL, NULL, NULL, NULL, 4, NULL, NULL, 1795889755866, 0);
INSERT INTO public.events VALUES (79, 'cli', 'F-first/2', NULL, 'fc74b0998665e4b24d58e7eb5072183b0f7b519e9f7b2087744f2fc85f6a0db7', 'scheduled', NULL, 'mail', 'thread-first@customers.example', 'A follow-up in a mail thread (first).', NULL, NULL, NULL, NULL, 4, NULL, 1893574800000, 1795889756085, 0);
INSERT INTO public.events VALUES (80, 'cli', 'F-first/3', NULL, 'af661f2b3d39dc390a4fa708ab50adc627b207da1ee0ef2ca456bf5725501a43', 'scheduled', NULL, 'api', 'F-first-off', 'A follow-up that is taken back (first).', NULL, NULL, NULL, NULL, 4, NULL, 1893574800000, 1795889756433, 0);
INSERT INTO public.events VALUES (81, 'cli', 'H-swept/1', NULL, 'c9caa455b515c23b7d1388f81856ab29c4baaab0d5fd7837212ba04573a36894', 'accepted', NULL, 'api', 'H-swept', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889758391, 0);
INSERT INTO public.events VALUES (82, 'crm', 'S-late/1', NULL, '2024808a8f474ae9e6d202883b0d4fcf8a86aa821c3b0efd410fe4a41257f0c2', 'accepted', NULL, 'support', 'S-late', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889765281, 0);
INSERT INTO public.events VALUES (83, 'crm', 'S-late-2/1', NULL, '617060e772da34fd15b70371ed105c6b87004b72004e0e494253a9c1596322f1', 'accepted', NULL, 'support', 'S-late-2', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889765316, 0);
INSERT INTO public.events VALUES (84, 'crm', 'S-over/1', NULL, '5041a8dd963e81519fb6e0c2fbcfb103f3110923ec51271247e0b557728b592b', 'accepted', NULL, 'support', 'S-over', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889765330, 0);
INSERT INTO public.events VALUES (85, 'crm', 'D-over/1', NULL, 'a5c9940b4a13d89156c5aee0faf23133dbc4f9568ea7952636276919f7fbe8cb', 'accepted', NULL, 'drafts', 'D-over', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889765345, 0);
INSERT INTO public.events VALUES (86, 'celery', 'C-late-1/1', NULL, 'd2f5bcd18400435f69274d1a648c5244a2fd4b069a7954a1297643f20bd347ec', 'accepted', NULL, 'shop', 'C-late-1', NULL, NULL, NULL, NULL, '{"task":"shop.answered","queue":"shop"}', 5, NULL, NULL, 1795889765367, 0);
INSERT INTO public.events VALUES (87, 'celery', 'C-late-2/1', NULL, 'cbd6628b9f56a804e654b13d42301aebe0f7ee1b29a5cb69158e3fe49891745f', 'accepted', NULL, 'shop', 'C-late-2', NULL, NULL, NULL, NULL, '{"task":"shop.answered","queue":"shop"}', 5, NULL, NULL, 1795889765388, 0);
INSERT INTO public.events VALUES (88, 'crm', 'S-over/2', NULL, 'bec430bba09c6835d789f2969cd5aaaae181260089d793110ff4a090857c0867', 'accepted', NULL, 'support', 'S-over', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889765975, 0);
INSERT INTO public.events VALUES (89, 'crm', 'D-over/2', NULL, '4de5564673c26fef3e59b6905c773c763ca1bf1c4d51ca8fa3d52db90ed3ad88', 'accepted', NULL, 'drafts', 'D-over', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889765983, 0);
INSERT INTO public.events VALUES (90, 'cli', 'H-sending/1', NULL, 'e69cc726a0cf8bbe8c104359edfa0556e6f5b3daa9156eab51d3379dcb576ab0', 'accepted', NULL, 'api', 'H-sending', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889766413, 0);
INSERT INTO public.events VALUES (94, 'mail:mail', 'html-second@customers.example', NULL, 'c712b777cf3822fecd679c52297917970eaac92234486efa7bceacc7f490fb1c', 'accepted', NULL, 'mail', 'html-second@customers.example', NULL, 'Address', '{"email":"bob@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793782800000, NULL, 1795889768752, 0);
INSERT INTO public.events VALUES (95, 'mail:mail', 'orphan-second@customers.example', NULL, '54e055a4e9555cabfa3c663380257ab05ae121b90bab9ffd10e21f4ae43c833b', 'accepted', NULL, 'mail', 'order-second@brightwater.example', NULL, 'Re: Your order', '{"name":"Cy","email":"cy@customers.example"}', '{"to":"support@brightwater.example","in_reply_to":"order-second@brightwater.example"}', NULL, 5, 1793786400000, NULL, 1795889768752, 0);
INSERT INTO public.events VALUES (93, 'mail:mail', 'sha256:cbfa069f85d465a0f7fd9190ea8751908234803f7d510ce99c19f392d5e74d7a', NULL, 'c707c2ab43e361e898b363bb34610591541bad4cc724aac15e916d0821d9b5fd', 'accepted', NULL, 'mail', 'sha256:cbfa069f85d465a0f7fd9190ea8751908234803f7d510ce99c19f392d5e74d7a', NULL, 'Invoice', '{"email":"bob@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793779200000, NULL, 1795889768752, 0);
INSERT INTO public.events VALUES (92, 'mail:mail', 'thread-second-b@customers.example', NULL, '502f39e287223a3ff4a7645e32f48efdc7125a999f3cf9fc1c6f03546c83721a', 'accepted', NULL, 'mail', 'thread-second@customers.example', NULL, 'Re: My parcel', '{"name":"Ada Brook","email":"ada@customers.example"}', '{"to":"support@brightwater.example","in_reply_to":"thread-second@customers.example"}', NULL, 5, 1793692800000, NULL, 1795889768752, 0);
INSERT INTO public.events VALUES (91, 'mail:mail', 'thread-second@customers.example', NULL, 'b0fb878e268f5f32b4472b332eaeb7714e220e03be6a5afbb13285174d534421', 'accepted', NULL, 'mail', 'thread-second@customers.example', NULL, 'My parcel', '{"name":"Ada Brook","email":"ada@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793606400000, NULL, 1795889768752, 0);
INSERT INTO public.events VALUES (96, 'mail:mail', 'auto-second@customers.example', NULL, '031ac7366de6f1576adff42cee1a1c1e906e96374f104679481f6ed50b7d8e34', 'stopped', 'auto_submitted', 'mail', 'auto-second@customers.example', 'I am away until Monday. (second)', 'Out of office', '{"email":"bob@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793865600000, NULL, 1795889768789, 0);
INSERT INTO public.events VALUES (97, 'mail:mail', 'bounce-second@mx.example', NULL, 'cc01b4bcaf2365ab78ed390b250f452d1c2477ff614152b37ccca341b6bd289f', 'stopped', 'delivery_report', 'mail', 'bounce-second@mx.example', 'It could not be delivered. (second)', 'Undelivered Mail Returned to Sender', '{"email":"MAILER-DAEMON@mx.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793872800000, NULL, 1795889768789, 0);
INSERT INTO public.events VALUES (98, 'mail:mail', 'list-second@lists.example', NULL, '476b968f28f749e74dfd2224e7b2efbbee90188f8c12ea1a9c4d8ad712baa19c', 'stopped', 'mailing_list', 'mail', 'list-second@lists.example', 'What is new. (second)', 'News', '{"email":"news@lists.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1793876400000, NULL, 1795889768789, 0);
INSERT INTO public.events VALUES (99, 'mail:mail', 'own-second@brightwater.example', NULL, '55b139e76fc0945d9802dda26dfc809eec9739a9b9ae39a537321b582f7e6b68', 'stopped', 'own_address', 'mail', 'own-second@brightwater.example', 'Our own answer. (second)', 'Re: My parcel', '{"email":"support@brightwater.example"}', '{"to":"ada@customers.example"}', NULL, 5, 1793869200000, NULL, 1795889768789, 0);
INSERT INTO public.events VALUES (100, 'mail:mail', 'refused:ba9d2abdd14fefe63a18be39303f26ba', 'empty-second@customers.example', 'ba9d2abdd14fefe63a18be39303f26baa81d7e1f76a4ff385d2be36de41723eb', 'refused', 'second/mail.mbox, mail 10: no_text: nothing in this mail is readable text', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889768789, 0);
INSERT INTO public.events VALUES (101, 'mail:mail', 'single-second@customers.example', NULL, 'c2435efd707d2c178086c4e60e48608bc1a76672046c7799d6ecbad20280340b', 'accepted', NULL, 'mail', 'single-second@customers.example', NULL, 'Password', '{"name":"Gus","email":"gus@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1794038400000, NULL, 1795889768802, 0);
INSERT INTO public.events VALUES (103, 'mail:mail', 'dir-cur-second@customers.example', NULL, '24e5ba35700f2b1c993f0430cb8bcb7b996055cc018e9bc295539831dbe5f16e', 'accepted', NULL, 'mail', 'dir-cur-second@customers.example', NULL, 'Damaged', '{"name":"Ida","email":"ida@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1794128400000, NULL, 1795889768838, 0);
INSERT INTO public.events VALUES (102, 'mail:mail', 'dir-new-second@customers.example', NULL, '645e34bd1dc743cd0f1be99d8cb9b7e91b8877a7e5989221ac1d9e71e952434f', 'accepted', NULL, 'mail', 'dir-new-second@customers.example', NULL, 'Refund', '{"name":"Hal","email":"hal@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1794124800000, NULL, 1795889768838, 0);
INSERT INTO public.events VALUES (104, 'mail:mail', 'old-second-b@customers.example', NULL, '0a2cfb74705615d7e5f5d8fcb381d4aa46485ad5c8f1b5054f881047a3d79f1f', 'context', NULL, 'mail', 'old-second@customers.example', 'An old thank you. (second)', 'Re: Years ago', '{"name":"Jo","email":"jo@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1762243200000, NULL, 1795889769073, 0);
INSERT INTO public.events VALUES (105, 'mail:mail', 'old-second@customers.example', NULL, 'd4a1497ab8ba4c6fecbce67676905d94921aaf55656b2f2794f1cb0c2de9efa8', 'context', NULL, 'mail', 'old-second@customers.example', 'An old question. (second)', 'Years ago', '{"name":"Jo","email":"jo@customers.example"}', '{"to":"support@brightwater.example"}', NULL, 5, 1762156800000, NULL, 1795889769073, 0);
INSERT INTO public.events VALUES (106, 'csv:tickets', '1052.0/6071442def5b43b0', NULL, 'd7689e44d4de310813c6a664ec0bd86d95e94e444b985a628133ce773b132bcc', 'accepted', NULL, 'tickets', '1052.0', NULL, 'Excel', '{"email":"lea@customers.example"}', '{"shop":"south"}', NULL, 5, 1793692800000, NULL, 1795889769260, 0);
INSERT INTO public.events VALUES (107, 'csv:tickets', '1053/f05f0cfe4fec5828', NULL, '70dc514e7539ae878437ea970ec1483a8a497b0f8233883401b575dd8756b360', 'accepted', NULL, 'tickets', '1053', NULL, 'No zone', '{"email":"max@customers.example"}', '{"created_at":"03.11.2026 09:00","shop":"south"}', NULL, 5, NULL, NULL, 1795889769260, 0);
INSERT INTO public.events VALUES (108, 'csv:tickets', 'refused:d5013946b84c1b3c22f9a5fdd2587b29', NULL, 'd5013946b84c1b3c22f9a5fdd2587b29e26cf12dbcc23b3b5956b11381cf64de', 'refused', 'second/tickets.csv, row 7: text: expected a value, got an empty cell', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889769282, 0);
INSERT INTO public.events VALUES (109, 'csv:tickets', 'm-1051', NULL, '07b49a1d8265774640d8deb2dc2e890b11597f5395f29dd918f2988b7daf4c59', 'accepted', NULL, 'tickets', '1051', NULL, 'Parcel', '{"email":"kim@customers.example"}', '{"shop":"north"}', NULL, 5, 1793610000000, NULL, 1795889769285, 0);
INSERT INTO public.events VALUES (110, 'csv:tickets', 'm-1051-c', NULL, '0b51b15e725609e52353ed45e90dce9d63cf5060045d5c7c94117d5434b06808', 'accepted', NULL, 'tickets', '1051', NULL, 'Parcel', '{"email":"kim@customers.example"}', '{"shop":"north"}', NULL, 5, 1793617200000, NULL, 1795889769285, 0);
INSERT INTO public.events VALUES (111, 'csv:tickets', 'm-1051-b', NULL, '0ff6cefa5d665dd66db66a723ac90151fd659407cca43df59d2936ffe8511d4f', 'context', 'author', 'tickets', '1051', 'We look into it.', 'Parcel', NULL, '{"author":"agent","shop":"north"}', NULL, 5, 1793613600000, NULL, 1795889769302, 0);
INSERT INTO public.events VALUES (112, 'csv:tickets', 'old-m-1050', NULL, '6679dc86ccf05d751fdb2407e7f1e5ca40fa4d106f7fd358ecdb2ade3e8307a0', 'context', NULL, 'tickets', 'old-1050', 'An old ticket (second).', NULL, NULL, NULL, NULL, 5, 1762160400000, NULL, 1795889769464, 0);
INSERT INTO public.events VALUES (113, 'csv:tickets', 'old-m-1050-b', NULL, 'a804ee2e0fadaed17c741fb05bd3b39227ddca2748868d846a37261c3cb769d8', 'context', 'author', 'tickets', 'old-1050', 'An old answer (second).', NULL, NULL, '{"author":"agent"}', NULL, 5, 1762164000000, NULL, 1795889769464, 0);
INSERT INTO public.events VALUES (114, 'jsonl:tickets', 'J-second/1', NULL, 'e452204e1d940e934a114c246d16a032d1a0e6072d80e7d5cc662ffa5f27817a', 'accepted', NULL, 'tickets', 'J-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889769635, 0);
INSERT INTO public.events VALUES (115, 'jsonl:tickets', 'J-second/2', NULL, '5630565892fa4b102225b1518adaf8bacfe6636326ac2ed331d133f1b4550ba1', 'accepted', NULL, 'tickets', 'J-second', NULL, NULL, NULL, NULL, NULL, 7, 1793613600000, NULL, 1795889769635, 0);
INSERT INTO public.events VALUES (116, 'jsonl:tickets', 'J-second-due/1', NULL, 'd9ba04c6c95d39c42828005b2a2bfcc450d6718b4286e2974d7845b0fe902b56', 'scheduled', NULL, 'tickets', 'J-second-due', 'A line that is due later (second).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889769680, 0);
INSERT INTO public.events VALUES (117, 'jsonl:tickets', 'refused:442f1f9d2718b62dab40d9f8ca1993e2', 'J-second-bad/1', '442f1f9d2718b62dab40d9f8ca1993e2d1cd08cb914c9a25898c97a8a3b9de3c', 'refused', 'second/events.jsonl, line 4: text: expected a string of 1 to 100,000 characters, not only white space, without NUL, got nothing', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889769680, 0);
INSERT INTO public.events VALUES (118, 'crm', 'H-second/1', NULL, '71d8f754c46fb5a14a8f844545a7ac9f156ed819c33c69266e6c5bba40bf3b75', 'accepted', NULL, 'api', 'H-second', NULL, NULL, '{"id":"c-1","name":"Nell","email":"nell@customers.example"}', '{"shop":"north"}', NULL, 5, NULL, NULL, 1795889769772, 1);
INSERT INTO public.events VALUES (120, 'crm', 'H-second-due/1', NULL, '538823c609baa142f9f50179e19fee10c4986cf51440f0145066dc96f8e516d1', 'scheduled', NULL, 'api', 'H-second-due', 'Due later, over HTTP (second).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889769960, 0);
INSERT INTO public.events VALUES (122, 'crm', 'B-second/2', NULL, 'f42aae30868a5c9eebdc23887a739daa0ccc3cec8685d4bc5b33f82ac70e7c5e', 'accepted', NULL, 'api', 'B-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770013, 0);
INSERT INTO public.events VALUES (121, 'crm', 'B-second/1', NULL, '1c36030c23f3f3efa96bcff5e488b52e3e37c25c517a8aab1eac002dfb3ee2b1', 'accepted', NULL, 'api', 'B-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770013, 1);
INSERT INTO public.events VALUES (123, 'crm', 'ce-second-1', NULL, 'd8ea88f1fe4cb58f8c39b51d1b1f47e7bcaf655fc471335faaeba220c9450750', 'accepted', NULL, 'api', 'CE-second', NULL, NULL, NULL, '{"cloudevent":{"source":"/shop","type":"asked"}}', NULL, 5, 1793610000000, NULL, 1795889770074, 0);
INSERT INTO public.events VALUES (124, 'crm', 'ce-second-2', NULL, 'ea59cef1b728fb6a89a1f3929780aca5d7fd439482d0c9a2f28208a2db843306', 'accepted', NULL, 'api', 'CE-second', NULL, NULL, NULL, '{"cloudevent":{"source":"/shop","type":"asked"}}', NULL, 5, NULL, NULL, 1795889770113, 0);
INSERT INTO public.events VALUES (125, 'crm', 'S-second/1', NULL, '7b00a0a8f32dfd32b3311c6de70dbade53a25e158b8d06ba09f4e4ea5d295c7f', 'accepted', NULL, 'support', 'S-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770165, 0);
INSERT INTO public.events VALUES (126, 'crm', 'S-second-2/1', NULL, '18bc0c6d30e1a0a55cc0eba26f823c0006fea96bd36221cdee7bbbaf3fc887b0', 'accepted', NULL, 'support', 'S-second-2', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770216, 0);
INSERT INTO public.events VALUES (127, 'crm', 'X-second/1', NULL, '019faa4a9fc97aaa8d7f2d2a77b9a240769167d3ad8f6ad39a13773d2c078a9c', 'accepted', NULL, 'closed', 'X-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770261, 0);
INSERT INTO public.events VALUES (128, 'crm', 'N-second/1', NULL, '1b294933b66dd1dc59460645154a2129dca014d2263796c75bf3b3c7814588e4', 'accepted', NULL, 'night', 'N-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770311, 0);
INSERT INTO public.events VALUES (129, 'crm', 'S-person/2', NULL, 'b377e40e4520741ae21c0414fb8a599df65ec40d463eaf81f6f56025f0887ab6', 'accepted', NULL, 'support', 'S-person', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770360, 0);
INSERT INTO public.events VALUES (130, 'crm', 'H-lost/2', NULL, 'c84763add66e6a3655ff57e6c927a8661a15595f82388cc72f200cd0b564e556', 'accepted', NULL, 'api', 'H-lost', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770407, 0);
INSERT INTO public.events VALUES (131, 'crm', 'H-cancelled/1', NULL, '513ba637a9cd5c8f0b729c106709d79d94479c4d25bb9dc4cc95bfe973415ed0', 'accepted', NULL, 'api', 'H-cancelled', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770452, 0);
INSERT INTO public.events VALUES (132, 'crm', 'Q-1/1', NULL, 'eace011fa577f853b757a8eaf53227f863a07da0f0325c7b2159de1c53f79534', 'accepted', NULL, 'quick', 'Q-1', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770498, 0);
INSERT INTO public.events VALUES (133, 'crm', 'Q-1/2', NULL, '4ea5398ae75c4a252a152aa64cb3c6b0ee20e159aae98d659d95d1513bf337d6', 'accepted', NULL, 'quick', 'Q-1', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770556, 0);
INSERT INTO public.events VALUES (134, 'crm', 'K-1/1', NULL, 'b5c19d0e312c821d066d36648dc2adef01e5d06067bac043fed08eb40b4ef055', 'accepted', NULL, 'braked', 'K-1', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770609, 0);
INSERT INTO public.events VALUES (135, 'crm', 'K-1/2', NULL, 'e988cef8733e588b2783c3e55cf8acc4bb6318bd3ede8393060ababc3097c38d', 'accepted', NULL, 'braked', 'K-1', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770674, 0);
INSERT INTO public.events VALUES (136, 'crm', 'K-1/3', NULL, '30c5214011cd0a411ce80456de9017ef9e8ba92d376d0faf40694ebe4998a234', 'accepted', NULL, 'braked', 'K-1', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770723, 0);
INSERT INTO public.events VALUES (137, 'csv:tickets', 'L-second/1', NULL, '99301b3367e5a37148525595c40aa6c7872e5e692742e1f441c4477c0cfef32c', 'accepted', NULL, 'tickets', 'L-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889770794, 0);
INSERT INTO public.events VALUES (138, 'freshdesk', '5', NULL, '35eba5d9f54065acebeda8927742038711aecbcfd897bad7b6d85569e381ce4f', 'accepted', NULL, 'hooks', '10', NULL, NULL, '{"email":"ada@example.com"}', NULL, NULL, 5, NULL, NULL, 1795889770829, 0);
INSERT INTO public.events VALUES (139, 'front', 'msg_2', NULL, 'aac2beaee33e86217890ccd317157bcdaed6431a49f49154a5946bd8c1e5b7a3', 'accepted', NULL, 'hooks', 'cnv_2', NULL, 'Parcel', '{"email":"ada@example.com"}', NULL, NULL, 5, NULL, NULL, 1795889770870, 0);
INSERT INTO public.events VALUES (140, 'front_rule', 'msg_2', NULL, 'aac2beaee33e86217890ccd317157bcdaed6431a49f49154a5946bd8c1e5b7a3', 'accepted', NULL, 'hooks', 'cnv_2', NULL, 'Parcel', NULL, NULL, NULL, 5, NULL, NULL, 1795889770906, 0);
INSERT INTO public.events VALUES (141, 'helpscout', '10', NULL, '5b47aaa33ced05daec9ecea29bf43d63320e9bcc11d298c30d67ff71bf089bc3', 'accepted', NULL, 'hooks', '78', NULL, 'Parcel', '{"id":"4","name":"Ada L","email":"ada@example.com"}', NULL, NULL, 5, 1795255200000, NULL, 1795889770977, 0);
INSERT INTO public.events VALUES (142, 'hubspot', 'm-2', NULL, '406c13eacb008f4c727f287d827ec02e9ec321c2575c7a5e472b7a4d68409fba', 'accepted', NULL, 'hooks', '902', NULL, NULL, NULL, NULL, NULL, 5, 1795000000000, NULL, 1795889771041, 0);
INSERT INTO public.events VALUES (143, 'hubspot_v1', 'm-2', NULL, '406c13eacb008f4c727f287d827ec02e9ec321c2575c7a5e472b7a4d68409fba', 'accepted', NULL, 'hooks', '902', NULL, NULL, NULL, NULL, NULL, 5, 1795000000000, NULL, 1795889771130, 0);
INSERT INTO public.events VALUES (144, 'intercom', 'part-502', NULL, '188256c09d48fc53849ce995472877b11b2c38efe84ca7479ac9ce026e4b111c', 'accepted', NULL, 'hooks', '216', NULL, NULL, '{"id":"u1","name":"Ada","email":"ada@example.com"}', NULL, NULL, 5, 1795000000000, NULL, 1795889771189, 0);
INSERT INTO public.events VALUES (145, 'jira', 'comment-8', NULL, '8700c08423248f0ef547644b7aa64db2864f141821ea7b27cac958db24609c14', 'accepted', NULL, 'hooks', 'SUP-2', NULL, 'Parcel', '{"id":"qm:1","name":"Ada"}', NULL, NULL, 5, 1795000000000, NULL, 1795889771277, 0);
INSERT INTO public.events VALUES (146, 'standard_webhooks', 'T-2/1', NULL, 'e118ec199d4f680d38770e3e74b94f69eafc3ac3af53c1c87dcbacbceed8b0e2', 'accepted', NULL, 'hooks', 'T-2', NULL, 'Parcel', '{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}', '{"type":"message.created"}', NULL, 7, 1795255200000, NULL, 1795889771350, 0);
INSERT INTO public.events VALUES (147, 'zammad', '12', NULL, '15bb826cc1c6e214e7854894cec33b2944d69bb86e10051b6de5f193d9f21c17', 'accepted', NULL, 'hooks', '4', NULL, 'Parcel', '{"id":"5","name":"Ada","email":"ada@example.com"}', NULL, NULL, 5, 1795255200000, NULL, 1795889771430, 0);
INSERT INTO public.events VALUES (148, 'zendesk', 'seq-2', NULL, 'fc9cb27874f8f9cf244d9e0d016edff0979c744357f694804b3d08a3f0ee53e9', 'accepted', NULL, 'hooks', '35437', NULL, 'Parcel', '{"id":"8","name":"Ada"}', '{"status":"OPEN","channel":"web"}', NULL, 5, 1795255200123, NULL, 1795889771497, 0);
INSERT INTO public.events VALUES (149, 'celery', 'C-second-1/1', NULL, '9577b9508fa37bd71b19f8d05e85bc02aa6f2b78eae7a44c1db1d38085208938', 'accepted', NULL, 'shop', 'C-second-1', NULL, NULL, NULL, NULL, '{"task":"shop.answered","queue":"shop"}', 5, NULL, NULL, 1795889771600, 0);
INSERT INTO public.events VALUES (150, 'celery', 'C-second-2/1', NULL, 'e022e2b3b3204f2cc702a4f05d89d7dd7781547a9da899a0491bc02fff9b9149', 'accepted', NULL, 'shop', 'C-second-2', NULL, NULL, NULL, NULL, '{"task":"shop.answered","queue":null}', 5, NULL, NULL, 1795889771600, 0);
INSERT INTO public.events VALUES (151, 'celery', 'CL-second-due/1', NULL, '0b97ca5aa2b53e7dd7423859c4e385b06f9ab3e15302a05d8c1ef7a6b8024df1', 'scheduled', NULL, 'api', 'CL-second-due', 'Due later, by Celery (second).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889771600, 0);
INSERT INTO public.events VALUES (153, 'celery', 'refused:2235187657b6081f638b48cac6ded3fb', 'CL-second-bad/1', '284f303c1d306e2e36858e0bae0a68485d5b31e3f1c5c8a2064bc3d223b7a49e', 'refused', 'route: expected a configured route (api, braked, closed, drafts, hooks, mail, night, quick, shop, support, tickets)', 'nowhere', 'x', 'no such route', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771600, 0);
INSERT INTO public.events VALUES (152, 'celery', 'CL-second/1', NULL, 'c188703a01f71fb9392755f52fb34c467ea7c21ed9ce336feb57c053754b546a', 'accepted', NULL, 'api', 'CL-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771600, 1);
INSERT INTO public.events VALUES (155, 'amqp', 'AM-second/2', NULL, 'c10fb16b6c93c29e128808370075c5e7a14022eb0a57ff8572f522226fa896bb', 'accepted', NULL, 'api', 'AM-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771729, 0);
INSERT INTO public.events VALUES (156, 'amqp', 'ce-second-3', NULL, '22f2255d392ca736887893ede9de7c87486829cbee7daf9aef424d92b6f288b9', 'accepted', NULL, 'api', 'AM-second-ce', NULL, NULL, NULL, '{"cloudevent":{"source":"/till","type":"asked"}}', NULL, 5, NULL, NULL, 1795889771729, 0);
INSERT INTO public.events VALUES (157, 'amqp', 'ce-second-4', NULL, '9e082ae972c3d950c614a121ed7fe3e9f8976f572565ffba225391d4add54026', 'accepted', NULL, 'api', 'AM-second-ce', NULL, NULL, NULL, '{"cloudevent":{"source":"/till","type":"asked"}}', NULL, 5, NULL, NULL, 1795889771729, 0);
INSERT INTO public.events VALUES (158, 'amqp', 'refused:16b82e4676ad3115bb6f434dd30f05e1', 'AM-second-bad/1', '16b82e4676ad3115bb6f434dd30f05e1547630abcf256ed9c49da7db24b41fce', 'refused', 'turnwire.events, message 6047b3a79168: conversation: expected a string of 1 to 255 characters, without NUL, got nothing', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771729, 0);
INSERT INTO public.events VALUES (159, 'till:7', 'AM-second-t/1', NULL, '7a8faada083a4ca9b0a2469aa6948cd088b5376840862d8eb1840797aa0723ed', 'accepted', NULL, 'api', 'AM-second-t', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771729, 0);
INSERT INTO public.events VALUES (154, 'amqp', 'AM-second/1', NULL, 'c720fdf68c364c815a242a987dfb733ef29a46111f02981a62233169a5de9a54', 'accepted', NULL, 'api', 'AM-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771729, 1);
INSERT INTO public.events VALUES (160, 'broker', 'quarantined:ff445d47-20ae-4fe5-a756-5b9a07bb2384', NULL, '29cf3d85690edfe23ac00ac31de91d5ad6addf88cab9861a69cf611bfa82c4d5', 'quarantined', 'queue turnwire.events: body is not JSON', '', '', '', NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771791, 0);
INSERT INTO public.events VALUES (162, 'python', 'PY-second/2', NULL, '4683d91673b82edb1a39e598953d3799e3feb62b35fdb3336756e8d5b89c127f', 'accepted', NULL, 'api', 'PY-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771811, 0);
INSERT INTO public.events VALUES (161, 'python', 'PY-second/1', NULL, '3576368c5ef84e8aa2e7fd439e6a4d695bdc7a987e936885fad188755a9ad2e4', 'accepted', NULL, 'api', 'PY-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771811, 1);
INSERT INTO public.events VALUES (163, 'cli', 'CLI-second/1', NULL, 'a6ec34ad46d60436a93b3aa12cb6506cd3e7ef262ce2024abe9db34f6884bb62', 'accepted', NULL, 'api', 'CLI-second', NULL, NULL, NULL, NULL, NULL, 5, NULL, NULL, 1795889771992, 0);
INSERT INTO public.events VALUES (164, 'cli', 'CLI-second-due/1', NULL, '37a7d8047677093acfbeb2b9682cd6224f4b7610c97a1d651381a1d3b82291ea', 'scheduled', NULL, 'api', 'CLI-second-due', 'Due later, by command (second).', NULL, NULL, NULL, NULL, 5, NULL, 1893574800000, 1795889772208, 0);
INSERT INTO public.events VALUES (165, 'cli', 'F-second/1', NULL, '320fe4cc18bff39a8de5ab30628576ad1db68e1978aca4bf8e5e537094418aeb', 'scheduled', NULL, 'api', 'H-second', 'A follow-up (second).', NULL, NULL, NULL, NULL, 4, NULL, NULL, 1795889772392, 0);
INSERT INTO public.events VALUES (166, 'cli', 'F-second/2', NULL, 'a8191c8466be97bc0ba4fd013233c27deae1b5a3c14d1449ce8641b0112c27c6', 'scheduled', NULL, 'mail', 'thread-second@customers.example', 'A follow-up in a mail thread (second).', NULL, NULL, NULL, NULL, 4, NULL, 1893574800000, 1795889772605, 0);
INSERT INTO public.events VALUES (167, 'cli', 'F-second/3', NULL, '4affe0ff07eafb9ab12685ff9446009840e4053ddc0ec6b4458a9e224fa55970', 'scheduled', NULL, 'api', 'F-second-off', 'A follow-up that is taken back (second).', NULL, NULL, NULL, NULL, 4, NULL, 1893574800000, 1795889773010, 0);
INSERT INTO public.followups VALUES (31, 'scheduled', NULL, 'tickets', 'J-first-due', 1893574800000, NULL, false, 1893661200000, 1795889752761, NULL);
INSERT INTO public.followups VALUES (35, 'scheduled', NULL, 'api', 'H-first-due', 1893574800000, NULL, false, 1893661200000, 1795889752973, NULL);
INSERT INTO public.followups VALUES (64, 'scheduled', NULL, 'api', 'CL-first-due', 1893574800000, NULL, false, 1893661200000, 1795889754568, NULL);
INSERT INTO public.followups VALUES (77, 'scheduled', NULL, 'api', 'CLI-first-due', 1893574800000, NULL, false, 1893661200000, 1795889755456, NULL);
INSERT INTO public.followups VALUES (78, 'scheduled', NULL, 'api', 'H-first', 1821809752821, 25920000000, false, 1821896152821, 1795889755866, NULL);
INSERT INTO public.followups VALUES (79, 'scheduled', NULL, 'mail', 'thread-first@customers.example', 1893574800000, NULL, true, 1893661200000, 1795889756085, NULL);
INSERT INTO public.followups VALUES (116, 'scheduled', NULL, 'tickets', 'J-second-due', 1893574800000, NULL, false, 1893661200000, 1795889769680, NULL);
INSERT INTO public.followups VALUES (120, 'scheduled', NULL, 'api', 'H-second-due', 1893574800000, NULL, false, 1893661200000, 1795889769960, NULL);
INSERT INTO public.followups VALUES (151, 'scheduled', NULL, 'api', 'CL-second-due', 1893574800000, NULL, false, 1893661200000, 1795889771600, NULL);
INSERT INTO public.followups VALUES (164, 'scheduled', NULL, 'api', 'CLI-second-due', 1893574800000, NULL, false, 1893661200000, 1795889772208, NULL);
INSERT INTO public.followups VALUES (165, 'scheduled', NULL, 'api', 'H-second', 1821809769772, 25920000000, false, 1821896169772, 1795889772392, NULL);
INSERT INTO public.followups VALUES (166, 'scheduled', NULL, 'mail', 'thread-second@customers.example', 1893574800000, NULL, true, 1893661200000, 1795889772605, NULL);
INSERT INTO public.followups VALUES (80, 'cancelled', 'operator', 'api', 'F-first-off', 1893574800000, NULL, false, 1893661200000, 1795889756433, 1795889773473);
INSERT INTO public.followups VALUES (167, 'cancelled', 'operator', 'api', 'F-second-off', 1893574800000, NULL, false, 1893661200000, 1795889773010, 1795889773834);
INSERT INTO public.grants VALUES ('osvi', 4, 100, 0, 0, 1795889768274);
INSERT INTO public.grants VALUES ('legacy', 4, 0, 0, 0, 1795889768296);
INSERT INTO public.grants VALUES ('synthflow', 4, 100, 0, 0, 1795889768353);
INSERT INTO public.joined VALUES (132, 132, 0, 6);
INSERT INTO public.joined VALUES (133, 132, 8, 18);
INSERT INTO public.lanes VALUES (1, 'osvi', 'mail', 5, 0, false);
INSERT INTO public.lanes VALUES (2, 'synthflow', 'tickets', 5, 0, false);
INSERT INTO public.lanes VALUES (3, 'synthflow', 'tickets', 7, 0, false);
INSERT INTO public.lanes VALUES (4, 'osvi', 'api', 5, 0, false);
INSERT INTO public.lanes VALUES (5, 'osvi', 'support', 5, 0, false);
INSERT INTO public.lanes VALUES (6, 'legacy', 'closed', 5, 0, false);
INSERT INTO public.lanes VALUES (7, 'synthflow', 'night', 5, 0, false);
INSERT INTO public.lanes VALUES (8, 'synthflow', 'hooks', 5, 0, false);
INSERT INTO public.lanes VALUES (9, 'synthflow', 'hooks', 7, 0, false);
INSERT INTO public.lanes VALUES (11, 'synthflow', 'shop', 5, 0, false);
INSERT INTO public.lanes VALUES (12, 'osvi', 'drafts', 5, 0, false);
INSERT INTO public.lanes VALUES (13, 'osvi', 'quick', 5, 0, false);
INSERT INTO public.lanes VALUES (14, 'osvi', 'braked', 5, 0, false);
INSERT INTO public.outbox VALUES (1, 23, 'tell', NULL, '{"type": "conversation.handed_off", "id": "23", "key": "S-person", "route": "support", "status": "handed_off", "reason": "keyword", "detail": "speak to a person", "by": "turnwire", "at": 1795889753503, "customer": {}, "provider_chat_id": null, "waiting": 1}', 'done', NULL, 1, NULL, NULL, 1795889753503, 1795889756694);
INSERT INTO public.outbox VALUES (2, 26, 'end', '927815a9-f56a-451f-866d-e363dfbe0a55', '{}', 'done', NULL, 1, NULL, NULL, 1795889758025, 1795889758100);
INSERT INTO public.outbox VALUES (3, 19, 'tell', NULL, '{"type": "conversation.handed_off", "id": "19", "key": "S-first-2", "route": "support", "status": "handed_off", "reason": "operator", "detail": null, "by": "maker", "at": 1795889775212, "customer": {}, "provider_chat_id": "f2003834-6206-4d27-b5da-4dc608db5687", "waiting": 0}', 'queued', NULL, 0, 1795889775212, NULL, 1795889775212, NULL);
INSERT INTO public.outbox VALUES (4, 19, 'hold', 'f2003834-6206-4d27-b5da-4dc608db5687', '{}', 'queued', NULL, 0, 1795889775212, NULL, 1795889775212, NULL);
INSERT INTO public.outbox_attempts VALUES (1, 1, 1, 1795889756644, 1795889756694, 'answered', 204, NULL);
INSERT INTO public.outbox_attempts VALUES (2, 1, 1, 1795889758089, 1795889758100, 'answered', 200, NULL);
INSERT INTO public.raw_bodies VALUES (3, 1, '\x7b2273756363657373223a747275652c2264617461223a7b226964223a2232306633616434312d633065662d346366372d383637662d353235626633623263326633222c22636861745f6167656e745f6964223a34322c226163636f756e745f6964223a372c22637573746f6d65725f6964223a2274772d31222c226d6f6465223a226169222c2268656c705f726571756573746564223a66616c73652c22737461747573223a22616374697665222c2263757272656e745f7374617465223a6e756c6c2c226d65746164617461223a7b22696e7075745f6669656c6473223a7b22656d61696c223a22626f6240637573746f6d6572732e6578616d706c65227d2c2273746174655f6669656c6473223a7b7d2c22636f6e74657874223a5b5d7d2c226163746976655f68756d616e223a6e756c6c2c22637265617465645f6174223a22323032362d31312d32385431383a31353a35362e3733343938385a222c22757064617465645f6174223a22323032362d31312d32385431383a31353a35362e3733343939325a227d7d');
INSERT INTO public.raw_bodies VALUES (3, 2, '\x7b2273756363657373223a747275652c2264617461223a7b2273657373696f6e5f6964223a2232306633616434312d633065662d346366372d383637662d353235626633623263326633222c227265706c79223a225468616e6b20796f752c20746865206e657720616464726573732069732073617665642e20506c6561736520636865636b20697420696e20796f7572206163636f756e742e222c227374617465223a2264656661756c74222c226d6f6465223a226169222c2268656c705f726571756573746564223a66616c73657d7d');
INSERT INTO public.raw_bodies VALUES (6, 1, '\x7b2273756363657373223a747275652c2264617461223a7b226964223a2266663235346661372d323436382d343036662d396165652d393461633738613132346330222c22636861745f6167656e745f6964223a34322c226163636f756e745f6964223a372c22637573746f6d65725f6964223a2274772d32222c226d6f6465223a226169222c2268656c705f726571756573746564223a66616c73652c22737461747573223a22616374697665222c2263757272656e745f7374617465223a6e756c6c2c226d65746164617461223a7b22696e7075745f6669656c6473223a7b226e616d65223a224469222c22656d61696c223a22646940637573746f6d6572732e6578616d706c65227d2c2273746174655f6669656c6473223a7b7d2c22636f6e74657874223a5b5d7d2c226163746976655f68756d616e223a6e756c6c2c22637265617465645f6174223a22323032362d31312d32385431383a31353a35362e3936393234325a222c22757064617465645f6174223a22323032362d31312d32385431383a31353a35362e3936393234345a227d7d');
INSERT INTO public.raw_bodies VALUES (7, 1, '\x7b2273756363657373223a747275652c2264617461223a7b226964223a2233643038316562322d323339312d346165312d616332362d353963633631333933393331222c22636861745f6167656e745f6964223a34322c226163636f756e745f6964223a372c22637573746f6d65725f6964223a2274772d33222c226d6f6465223a226169222c2268656c705f726571756573746564223a66616c73652c22737461747573223a22616374697665222c2263757272656e745f7374617465223a6e756c6c2c226d65746164617461223a7b22696e7075745f6669656c6473223a7b226e616d65223a224379222c22656d61696c223a22637940637573746f6d6572732e6578616d706c65227d2c2273746174655f6669656c6473223a7b7d2c22636f6e74657874223a5b5d7d2c226163746976655f68756d616e223a6e756c6c2c22637265617465645f6174223a22323032362d31312d32385431383a31353a35362e3936393338365a222c22757064617465645f6174223a22323032362d31312d32385431383a31353a35362e3936393338375a227d7d');
INSERT INTO public.raw_bodies VALUES (11, 1, '\x7b2273756363657373223a747275652c2264617461223a7b226964223a2236393162336336652d333061622d343731642d626362312d313434353865646630323239222c22636861745f6167656e745f6964223a34322c226163636f756e745f6964223a372c22637573746f6d65725f6964223a2274772d35222c226d6f6465223a226169222c2268656c705f726571756573746564223a66616c73652c22737461747573223a22616374697665222c2263757272656e745f7374617465223a6e756c6c2c226d65746164617461223a7b22696e7075745f6669656c6473223a7b226e616d65223a224564222c22656d61696c223a22656440637573746f6d6572732e6578616d706c65227d2c2273746174655f6669656c6473223a7b7d2c22636f6e74657874223a5b5d7d2c226163746976655f68756d616e223a6e756c6c2c22637265617465645f6174223a22323032362d31312d32385431383a31353a35362e3938313932355a222c22757064617465645f6174223a22323032362d31312d32385431383a31353a35362e3938313932375a227d7d');
INSERT INTO public.raw_bodies VALUES (7, 2, '\x7b2273756363657373223a747275652c2264617461223a7b2273657373696f6e5f6964223a2233643038316562322d323339312d346165312d616332362d353963633631333933393331222c227265706c79223a225468616e6b20796f7520666f7220796f7572206d6573736167652e20436f756c6420796f752074656c6c206d652061206c6974746c65206d6f72653f222c227374617465223a2264656661756c74222c226d6f6465223a226169222c2268656c705f726571756573746564223a66616c73657d7d');
INSERT INTO public.raw_bodies VALUES (11, 2, '\x7b2273756363657373223a66616c73652c226572726f7273223a5b227265717565737420636f756c64206e6f742062652070726f636573736564225d7d');
INSERT INTO public.replies VALUES (1, 62, 38, 'celery', 'tw_62_3', 'answered', 3, NULL, 'delivered', NULL, 1, 0, NULL, false, NULL, NULL, 1795889756922, 1795889757138);
INSERT INTO public.replies VALUES (2, 40, 18, 'webhook', 'tw_40_3', 'answered', 3, NULL, 'delivered', NULL, 1, 0, NULL, false, NULL, NULL, 1795889756922, 1795889757138);
INSERT INTO public.replies VALUES (4, 41, 19, 'webhook', 'tw_41_3', 'answered', 3, NULL, 'delivered', NULL, 1, 0, NULL, false, NULL, NULL, 1795889757149, 1795889757201);
INSERT INTO public.replies VALUES (3, 63, 39, 'celery', 'tw_63_3', 'answered', 3, NULL, 'delivered', NULL, 1, 0, NULL, false, NULL, NULL, 1795889757149, 1795889757201);
INSERT INTO public.replies VALUES (5, 44, 22, 'webhook', 'tw_44_3', 'answered', 3, NULL, 'failed', 'refused', 1, 0, 1795889757201, false, NULL, NULL, 1795889757149, NULL);
INSERT INTO public.replies VALUES (10, 84, 48, 'webhook', 'tw_84_3', 'answered', 3, NULL, 'cancelled', 'overtaken', 0, 0, NULL, false, NULL, NULL, 1795889765912, NULL);
INSERT INTO public.replies VALUES (11, 85, 49, 'webhook', 'tw_85_3', 'answered', 3, NULL, 'draft', 'overtaken', 0, 0, NULL, false, NULL, NULL, 1795889765912, NULL);
INSERT INTO public.replies VALUES (8, 82, 46, 'webhook', 'tw_82_3', 'answered', 3, NULL, 'queued', 'lost', 1, 1, 1795889766065, false, 1795889775284, NULL, 1795889765880, NULL);
INSERT INTO public.replies VALUES (6, 86, 50, 'celery', 'tw_86_3', 'answered', 3, NULL, 'queued', 'not_sent', 2, 2, 1795889765926, false, 1795889775284, NULL, 1795889765845, NULL);
INSERT INTO public.replies VALUES (7, 87, 51, 'celery', 'tw_87_3', 'answered', 3, NULL, 'queued', 'not_sent', 2, 2, 1795889765926, false, 1795889775284, NULL, 1795889765845, NULL);
INSERT INTO public.replies VALUES (9, 83, 47, 'webhook', 'tw_83_3', 'answered', 3, NULL, 'queued', 'lost', 1, 1, 1795889766065, false, 1795889775284, NULL, 1795889765880, NULL);
INSERT INTO public.replies VALUES (13, 89, 49, 'webhook', 'tw_89_3', 'answered', 3, NULL, 'queued', 'lost', 1, 1, 1795889766151, false, 1795889775284, NULL, 1795889766050, NULL);
INSERT INTO public.replies VALUES (12, 88, 48, 'webhook', 'tw_88_3', 'answered', 3, NULL, 'queued', 'lost', 1, 1, 1795889766151, false, 1795889775284, NULL, 1795889766050, NULL);
INSERT INTO public.reply_attempts VALUES (1, 1, 1, 1795889757041, 1795889757138, 'answered', NULL, NULL);
INSERT INTO public.reply_attempts VALUES (2, 1, 1, 1795889757041, 1795889757138, 'answered', 204, NULL);
INSERT INTO public.reply_attempts VALUES (3, 1, 1, 1795889757173, 1795889757201, 'answered', NULL, NULL);
INSERT INTO public.reply_attempts VALUES (4, 1, 1, 1795889757173, 1795889757201, 'answered', 204, NULL);
INSERT INTO public.reply_attempts VALUES (5, 1, 1, 1795889757173, 1795889757201, 'refused', 400, 'the webhook''s receiver answered 400');
INSERT INTO public.reply_attempts VALUES (7, 1, 3, 1795889765870, 1795889765926, 'not_sent', NULL, 'this process has no broker');
INSERT INTO public.reply_attempts VALUES (6, 1, 3, 1795889765870, 1795889765926, 'not_sent', NULL, 'this process has no broker');
INSERT INTO public.reply_attempts VALUES (6, 2, 3, 1795889766006, 1795889766065, 'not_sent', NULL, 'this process has no broker');
INSERT INTO public.reply_attempts VALUES (7, 2, 3, 1795889766006, 1795889766065, 'not_sent', NULL, 'this process has no broker');
INSERT INTO public.reply_attempts VALUES (8, 1, 3, 1795889766006, 1795889766065, 'lost', NULL, 'the server closed the connection without answering');
INSERT INTO public.reply_attempts VALUES (9, 1, 3, 1795889766006, 1795889766065, 'lost', NULL, 'the server closed the connection without answering');
INSERT INTO public.reply_attempts VALUES (13, 1, 3, 1795889766128, 1795889766151, 'lost', NULL, 'the server closed the connection without answering');
INSERT INTO public.reply_attempts VALUES (12, 1, 3, 1795889766128, 1795889766151, 'lost', NULL, 'the server closed the connection without answering');
INSERT INTO public.routes VALUES ('night', true, 'operator', 'the agent is being trained', NULL, 1795889751692);
INSERT INTO public.routes VALUES ('hooks', false, NULL, NULL, '893195c1-c640-438b-9761-2e5357b01cb8', 1795889756782);
INSERT INTO public.routes VALUES ('tickets', false, NULL, NULL, '893195c1-c640-438b-9761-2e5357b01cb8', 1795889756783);
INSERT INTO public.routes VALUES ('api', false, NULL, NULL, 'agent_abc', 1795889756787);
INSERT INTO public.routes VALUES ('mail', false, NULL, NULL, 'agent_abc', 1795889756790);
INSERT INTO public.routes VALUES ('shop', false, NULL, NULL, '893195c1-c640-438b-9761-2e5357b01cb8', 1795889756792);
INSERT INTO public.routes VALUES ('support', false, NULL, NULL, 'agent_abc', 1795889756794);
INSERT INTO public.routes VALUES ('drafts', false, NULL, NULL, 'agent_abc', 1795889765879);
INSERT INTO public.schedule VALUES (4, 1, NULL, NULL, 1, 2, 0, 'handed_off');
INSERT INTO public.schedule VALUES (26, 4, NULL, NULL, 2, 1, 0, 'closed');
INSERT INTO public.schedule VALUES (20, 6, 1795889753336, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (21, 7, 1795889753395, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (23, 5, NULL, NULL, 1, 2, 0, 'handed_off');
INSERT INTO public.schedule VALUES (19, 5, NULL, NULL, 2, 1, 0, 'handed_off');
INSERT INTO public.schedule VALUES (34, 9, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (15, 4, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (1, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (18, 5, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (28, 8, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (30, 8, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (32, 8, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (33, 8, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (35, 8, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (36, 8, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (12, 2, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (11, 2, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (27, 2, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (25, 4, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (37, 4, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (42, 4, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (44, 4, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (3, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (6, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (5, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (8, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (9, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (10, 1, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (22, 5, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (14, 3, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (38, 11, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (39, 11, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (2, 1, NULL, NULL, 1, 2, 0, 'unknown');
INSERT INTO public.schedule VALUES (7, 1, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (13, 2, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (17, 4, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (41, 4, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (43, 4, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (40, 4, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (16, 4, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (31, 8, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (29, 8, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (45, 4, NULL, NULL, 1, 1, 0, 'unknown');
INSERT INTO public.schedule VALUES (50, 11, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (51, 11, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (46, 5, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (47, 5, NULL, NULL, 2, 1, 0, NULL);
INSERT INTO public.schedule VALUES (48, 5, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (49, 12, NULL, NULL, 3, 2, 0, NULL);
INSERT INTO public.schedule VALUES (52, 4, NULL, 4, 1, 1, 1, NULL);
INSERT INTO public.schedule VALUES (53, 1, 1795889768752, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (54, 1, 1795889768752, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (55, 1, 1795889768752, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (56, 1, 1795889768752, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (57, 1, 1795889768802, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (58, 1, 1795889768838, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (59, 1, 1795889768838, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (60, 2, 1795889769260, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (61, 2, 1795889769260, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (62, 2, 1795889769285, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (63, 3, 1795889769635, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (64, 4, 1795889769772, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (66, 4, 1795889770074, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (67, 5, 1795889770165, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (68, 5, 1795889770216, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (69, 6, 1795889770261, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (24, 4, NULL, NULL, 1, 2, 0, 'unknown');
INSERT INTO public.schedule VALUES (65, 4, NULL, NULL, 1, 2, 0, 'handed_off');
INSERT INTO public.schedule VALUES (70, 7, 1795889770311, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (72, 13, 1795893370556, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (73, 14, NULL, NULL, 1, 3, 0, 'handed_off');
INSERT INTO public.schedule VALUES (74, 2, 1795889770794, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (75, 8, 1795889770829, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (76, 8, 1795889770870, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (77, 8, 1795889770977, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (78, 8, 1795889771041, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (79, 8, 1795889771189, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (80, 8, 1795889771277, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (81, 9, 1795889771350, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (82, 8, 1795889771430, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (83, 8, 1795889771497, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (84, 4, 1795889771600, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (85, 11, 1795889771600, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (86, 11, 1795889771600, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (87, 4, 1795889771729, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (88, 4, 1795889771729, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (89, 4, 1795889771729, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (90, 4, 1795889771811, NULL, 1, 2, 0, NULL);
INSERT INTO public.schedule VALUES (91, 4, 1795889771992, NULL, 1, 1, 0, NULL);
INSERT INTO public.schedule VALUES (71, 4, NULL, NULL, 1, 1, 0, NULL);
INSERT INTO public.ticks VALUES ('tick', 1795889768125);
INSERT INTO public.tokens VALUES (3, 'old', 'b746c0e9c1459e217e7ce34ece3e2056251606e53e1c3d1ecdd87e5c59d40fa8', '["api"]', 'old', 1795889751053, 1795889751236, NULL);
INSERT INTO public.tokens VALUES (1, 'crm', '8acf5b8dabcede7034afa87b8860dd16d25a3eda118c0b9f1463e725fac15a6b', '["api", "braked", "closed", "drafts", "hooks", "mail", "night", "quick", "shop", "support", "tickets"]', 'crm', 1795889750578, NULL, 20785);
INSERT INTO public.tokens VALUES (2, 'loader', 'c2f2ab469322870fcab2e4c9747a7556f63cf33fb3e3fcd5a1da9dca4a63ae92', '["tickets"]', 'csv:tickets', 1795889750787, NULL, 20785);
INSERT INTO public.trouble VALUES (47, 25, 'failed', 1795889757149);
INSERT INTO public.trouble VALUES (11, 5, 'failed', 1795889757149);
INSERT INTO public.trouble VALUES (46, 24, 'unknown', 1795889757149);
INSERT INTO public.trouble VALUES (6, 2, 'unknown', 1795889757149);
INSERT INTO public.trouble VALUES (81, 45, 'unknown', 1795889765200);
INSERT INTO public.turns VALUES (5, 2, 2, 'queued', NULL, 'This one waits behind the lost one.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (10, 4, 1, 'queued', NULL, 'I want to speak to a person.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (9, 4, 2, 'queued', NULL, 'Is anybody there?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (42, 20, 1, 'queued', NULL, 'For an account that is closed (first).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889753336, 1795889753336, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (43, 21, 1, 'queued', NULL, 'For a route that is paused (first).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889753395, 1795889753395, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (45, 23, 1, 'queued', NULL, 'I want to speak to a person, please.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889753503, 1795889753503, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (59, 34, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '35586c30-d622-5ede-8767-b96950e1594b', 3, 2, 2, 1, 0, 3, NULL, 7, NULL, NULL, true, 1795889754341, 1795889754341, NULL, 1795889756712, 1795889756806, 1795889756922);
INSERT INTO public.turns VALUES (62, 38, 1, 'answered', NULL, 'Call my task back (first, 1).', 'Thank you for your message. Could you tell me a little more?', 'main_state', '0ee62a3e-6535-5080-bc3e-4b6882f2616e', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754568, 1795889754568, NULL, 1795889756712, 1795889756806, 1795889756922);
INSERT INTO public.turns VALUES (29, 14, 1, 'answered', NULL, 'A line of a file (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'main_state', '2cfc160b-88de-5386-b982-d16df5c3400a', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889752741, 1795889752741, NULL, 1795889756712, 1795889756806, 1795889756922);
INSERT INTO public.turns VALUES (33, 15, 1, 'answered', NULL, 'A question over HTTP (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', '1bca7e5a-6253-47bc-ba17-bbac9af43ca0', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889752821, 1795889752821, NULL, 1795889756712, 1795889756806, 1795889756922);
INSERT INTO public.turns VALUES (3, 1, 1, 'answered', NULL, 'My new address is Mill Lane 4. (first, in HTML)', 'Thank you, the new address is saved. Please check it in your account.', 'default', '20f3ad41-c0ef-4cf7-867f-525bf3b2c2f3', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889756712, 1795889756806, 1795889756922);
INSERT INTO public.turns VALUES (40, 18, 1, 'answered', NULL, 'Answer me by webhook (first).', 'Thank you for your message. Could you tell me a little more?', 'default', '63e12c00-966c-4d50-a380-a7db60ec50d6', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753209, 1795889753209, NULL, 1795889756712, 1795889756806, 1795889756922);
INSERT INTO public.turns VALUES (36, 16, 1, 'answered', NULL, 'The first of a batch (first).', 'Thank you for your message. Could you tell me a little more?', 'default', 'bc61ad01-fba7-458a-aa1f-b5bec87fedef', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753048, 1795889753048, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (38, 17, 1, 'answered', NULL, 'A CloudEvent, structured (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', '1d24dc2b-6a28-4abe-80b5-53a226f0e7f8', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753117, 1795889753117, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (21, 12, 1, 'answered', NULL, 'A number  with a point and two spaces (first).', 'Thank you for your message. Could you tell me a little more?', 'main_state', '8a1c1c95-bfe3-5c68-96a1-229e71ea597d', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889752280, 1795889752280, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (22, 11, 1, 'answered', NULL, 'A row without an id (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'main_state', '8ff5c991-5bc4-5e52-bf44-6e4540d9fb20', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889752280, 1795889752280, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (24, 13, 1, 'answered', NULL, 'Where is ticket 1001?', 'Thank you for your message. Could you tell me a little more?', 'main_state', '291a288c-d30d-52df-88c1-39ee8aa73722', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889752309, 1795889752309, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (67, 40, 1, 'answered', NULL, 'By AMQP (first).', 'Thank you for your message. Could you tell me a little more?', 'default', 'd6a3a7b9-39b3-41e7-8d38-c541d6bb3895', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754665, 1795889754665, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (72, 42, 1, 'answered', NULL, 'By AMQP, with a source (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', '3f7c9e37-077b-4544-a13d-8e69b7fd52cb', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754665, 1795889754665, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (74, 43, 1, 'answered', NULL, 'From Python (first).', 'Thank you for your message. Could you tell me a little more?', 'default', 'ec4e6e40-3289-4b99-b26b-32b1c603b4f0', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754917, 1795889754917, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (76, 44, 1, 'answered', NULL, 'By command (first).', 'Thank you for your message. Could you tell me a little more?', 'default', '9f475574-7e05-4b90-8fd2-77ad397467e6', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889755240, 1795889755240, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (7, 3, 1, 'answered', NULL, 'This answers a mail you sent. (first)', 'Thank you for your message. Could you tell me a little more?', 'default', '3d081eb2-2391-4ae1-ac26-59cc61393931', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (13, 6, 1, 'answered', NULL, 'Please send the invoice again. (first, a mail without an id)', 'I have sent the invoice to your mail address again.', 'default', 'ec6e676a-7e97-4b5c-859e-204312156125', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (11, 5, 1, 'failed', 'refused', 'The provider refuses this one. [refused]', NULL, NULL, '691b3c6e-30ab-471d-bcb1-14458edf0229', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (15, 7, 1, 'answered', NULL, 'Where is my parcel? (first, first mail of a thread)', 'The parcel is with the carrier and should arrive within two working days.', 'default', 'c56448cc-215e-48ec-8ab0-8a27a2df5738', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (16, 8, 1, 'answered', NULL, 'I cannot sign in. (first, one mail in a file)', 'I have sent you a link to set a new password. It is valid for one hour.', 'default', '31ff0ce8-faa5-4a44-9158-7be49b9ddbf7', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751927, 1795889751927, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (18, 9, 1, 'answered', NULL, 'The lamp is damaged. (first, seen in a Maildir)', 'I am sorry about the damage. A replacement leaves our warehouse tomorrow.', 'default', '838ba512-502e-4520-bd3e-167e80a16451', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751944, 1795889751944, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (17, 10, 1, 'answered', NULL, 'I want a refund. (first, new in a Maildir)', 'Your refund is under way. It reaches your account within five working days.', 'default', '956c8f91-f877-47dd-a907-c5b1d320f04e', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751944, 1795889751944, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (88, 48, 2, 'answered', NULL, 'A second message before the answer has left.', 'Thank you for your message. Could you tell me a little more?', 'default', '58da8ae6-e7fc-4d83-9ea9-e426633457ab', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765975, 1795889765975, NULL, 1795889766040, 1795889766040, 1795889766050);
INSERT INTO public.turns VALUES (50, 28, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '62b1b3e0-bf35-5ee5-8517-ecfb0104d41c', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753832, 1795889753832, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (51, 29, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '6256e560-cace-516a-b04f-74cc41c80a39', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753877, 1795889753877, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (53, 30, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', 'a15c25c9-f4cc-5916-9a86-f8b144f3560b', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753982, 1795889753982, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (54, 31, 1, 'answered', NULL, 'Message m-1 in thread 901: Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '00642ffb-e6eb-5f75-8dfc-e315dd534714', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754042, 1795889754042, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (56, 32, 1, 'answered', NULL, 'Edited afterwards', 'Thank you for your message. Could you tell me a little more?', 'main_state', 'd4e4566a-9280-5fa1-95f5-563290a47486', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754176, 1795889754176, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (58, 33, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '2308a7d1-a2f2-5369-ad35-b4467daf3ea5', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754305, 1795889754305, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (60, 35, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', 'cc049163-3142-5d95-b698-5dbb4dabfc9d', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754413, 1795889754413, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (61, 36, 1, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', 'ea5be39e-d7aa-5e2f-be0c-4f960bc73601', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754487, 1795889754487, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (49, 27, 1, 'answered', NULL, 'Over HTTP, under the source of a file (first).', 'Thank you for your message. Could you tell me a little more?', 'main_state', 'de688dac-0192-5504-9c0e-568e3f61e673', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753793, 1795889753793, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (47, 25, 1, 'failed', 'refused', 'Refused by the provider. [refused]', NULL, NULL, 'd16bed7a-cbdf-4da6-8ac5-6d29f438b02e', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753637, 1795889753637, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (48, 26, 1, 'answered', NULL, 'A conversation that is closed afterwards.', 'Thank you for your message. Could you tell me a little more?', 'default', '927815a9-f56a-451f-866d-e363dfbe0a55', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753698, 1795889753698, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (65, 37, 1, 'answered', NULL, 'By Celery (first).', 'Thank you for your message. Could you tell me a little more?', 'default', '96d717a2-1205-4d6b-aeac-f1fd2d46fabf', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754568, 1795889754568, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (69, 41, 1, 'answered', NULL, 'A CloudEvent by AMQP (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', 'd33015b6-28ae-4945-8995-9f9aaed649e9', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754665, 1795889754665, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (63, 39, 1, 'answered', NULL, 'Call my task back (first, 2).', 'Thank you for your message. Could you tell me a little more?', 'main_state', 'c9c70643-be49-55bd-b950-0f7e70ef4626', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754568, 1795889754568, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (41, 19, 1, 'answered', NULL, 'Answer this one by webhook too (first).', 'Thank you for your message. Could you tell me a little more?', 'default', 'f2003834-6206-4d27-b5da-4dc608db5687', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753292, 1795889753292, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (44, 22, 1, 'answered', NULL, 'The webhook of this one is refused.', 'Thank you for your message. Could you tell me a little more?', 'default', 'd61e1ea4-23d7-4989-a642-ec4a2a238218', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753450, 1795889753450, NULL, 1795889756824, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (30, 14, 2, 'answered', NULL, 'Its next line (first).', 'Thank you for your message. Could you tell me a little more?', 'main_state', '2cfc160b-88de-5386-b982-d16df5c3400a', 5, 1, 1, 1, 0, 3, NULL, 7, NULL, NULL, false, 1795889752741, 1795889752741, NULL, 1795889757069, 1795889757069, 1795889757149);
INSERT INTO public.turns VALUES (46, 24, 1, 'unknown', 'lost', 'The answer to this one is lost too. [lost]', NULL, NULL, '3cff9866-bbcb-4933-a82f-c076c1d368dc', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753577, 1795889753577, NULL, 1795889756824, 1795889757069, NULL);
INSERT INTO public.turns VALUES (6, 2, 1, 'unknown', 'lost', 'The answer to this one is lost. [lost]', NULL, NULL, 'ff254fa7-2468-406f-9aee-94ac78a124c0', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889756824, 1795889757069, NULL);
INSERT INTO public.turns VALUES (14, 7, 2, 'answered', NULL, 'It is still not here. (first, second mail of the thread)', 'Thank you for your message. Could you tell me a little more?', 'default', 'c56448cc-215e-48ec-8ab0-8a27a2df5738', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889751877, 1795889751877, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (25, 13, 2, 'answered', NULL, 'Thank you (1001).', 'You are welcome. Is there anything else I can do for you?', 'main_state', '291a288c-d30d-52df-88c1-39ee8aa73722', 5, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, false, 1795889752309, 1795889752309, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (39, 17, 2, 'answered', NULL, 'A CloudEvent, binary (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', '1d24dc2b-6a28-4abe-80b5-53a226f0e7f8', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753168, 1795889753168, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (70, 41, 2, 'answered', NULL, 'A CloudEvent in headers, by AMQP (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', 'd33015b6-28ae-4945-8995-9f9aaed649e9', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754665, 1795889754665, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (75, 43, 2, 'answered', NULL, 'From Python again (first).', 'Thank you for your message. Could you tell me a little more?', 'default', 'ec4e6e40-3289-4b99-b26b-32b1c603b4f0', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754917, 1795889754917, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (68, 40, 2, 'answered', NULL, 'By AMQP, in a list (first).', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', 'd6a3a7b9-39b3-41e7-8d38-c541d6bb3895', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754665, 1795889754665, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (37, 16, 2, 'answered', NULL, 'The second of a batch (first).', 'Thank you for your message. Could you tell me a little more?', 'default', 'bc61ad01-fba7-458a-aa1f-b5bec87fedef', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753048, 1795889753048, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (55, 31, 2, 'answered', NULL, 'Message m-1 in thread 901: Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '00642ffb-e6eb-5f75-8dfc-e315dd534714', 5, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889754090, 1795889754090, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (52, 29, 2, 'answered', NULL, 'Grüße, 你好: where is my parcel?', 'The parcel is with the carrier and should arrive within two working days.', 'main_state', '6256e560-cace-516a-b04f-74cc41c80a39', 5, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889753924, 1795889753924, NULL, 1795889757208, 1795889757208, 1795889757225);
INSERT INTO public.turns VALUES (84, 48, 1, 'answered', NULL, 'Answered while nobody hears (S-over).', 'Thank you for your message. Could you tell me a little more?', 'default', '58da8ae6-e7fc-4d83-9ea9-e426633457ab', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765330, 1795889765330, NULL, 1795889765828, 1795889765888, 1795889765912);
INSERT INTO public.turns VALUES (85, 49, 1, 'answered', NULL, 'Its answer becomes a draft.', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', 'cbaecb95-ff81-4f32-8869-544e52bc2ee2', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765345, 1795889765345, NULL, 1795889765828, 1795889765888, 1795889765912);
INSERT INTO public.turns VALUES (81, 45, 1, 'unknown', 'worker_lost', 'The worker is killed while it sends this. [H-swept]', NULL, NULL, NULL, NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889758391, 1795889758391, NULL, 1795889762782, 1795889763201, NULL);
INSERT INTO public.turns VALUES (86, 50, 1, 'answered', NULL, 'Call me back later.', 'Of course. A colleague will take over this conversation shortly.', 'main_state', '3734c095-6497-52c9-9c98-a09de3dc71a8', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765367, 1795889765367, NULL, 1795889765720, 1795889765814, 1795889765845);
INSERT INTO public.turns VALUES (87, 51, 1, 'answered', NULL, 'Call me back later.', 'Of course. A colleague will take over this conversation shortly.', 'main_state', 'dff57988-d2d5-58b2-9080-54e7e2a7b026', 3, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765388, 1795889765388, NULL, 1795889765720, 1795889765814, 1795889765845);
INSERT INTO public.turns VALUES (82, 46, 1, 'answered', NULL, 'Answered while nobody hears (S-late).', 'Thank you for your message. Could you tell me a little more?', 'default', '16be8e72-2f48-4d13-9c2e-9d9799de455c', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765281, 1795889765281, NULL, 1795889765828, 1795889765863, 1795889765880);
INSERT INTO public.turns VALUES (83, 47, 1, 'answered', NULL, 'Answered while nobody hears (S-late-2).', 'Thank you for your message. Could you tell me a little more?', 'default', '1b38ba3c-6484-464f-b67f-9c85282514f7', NULL, 2, 2, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765316, 1795889765316, NULL, 1795889765828, 1795889765863, 1795889765880);
INSERT INTO public.turns VALUES (89, 49, 2, 'answered', NULL, 'A second message, again too early.', 'Obrigado pela sua mensagem. Pode contar-me um pouco mais?', 'default', 'cbaecb95-ff81-4f32-8869-544e52bc2ee2', NULL, 1, 1, 1, 0, 3, NULL, 5, NULL, NULL, true, 1795889765983, 1795889765983, NULL, 1795889766040, 1795889766040, 1795889766050);
INSERT INTO public.turns VALUES (90, 52, 1, 'sending', NULL, 'The worker is killed while it sends this. [H-sending]', NULL, NULL, NULL, NULL, 2, 2, 0, 0, 2, NULL, 5, NULL, NULL, true, 1795889766413, 1795889766413, NULL, 1795889768378, 1795889768528, NULL);
INSERT INTO public.turns VALUES (91, 56, 1, 'queued', NULL, 'Where is my parcel? (second, first mail of a thread)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768752, 1795889768752, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (92, 56, 2, 'queued', NULL, 'It is still not here. (second, second mail of the thread)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768752, 1795889768752, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (93, 55, 1, 'queued', NULL, 'Please send the invoice again. (second, a mail without an id)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768752, 1795889768752, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (94, 54, 1, 'queued', NULL, 'My new address is Mill Lane 4. (second, in HTML)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768752, 1795889768752, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (95, 53, 1, 'queued', NULL, 'This answers a mail you sent. (second)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768752, 1795889768752, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (101, 57, 1, 'queued', NULL, 'I cannot sign in. (second, one mail in a file)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768802, 1795889768802, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (102, 59, 1, 'queued', NULL, 'I want a refund. (second, new in a Maildir)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768838, 1795889768838, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (103, 58, 1, 'queued', NULL, 'The lamp is damaged. (second, seen in a Maildir)', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889768838, 1795889768838, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (106, 61, 1, 'queued', NULL, 'A number  with a point and two spaces (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889769260, 1795889769260, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (107, 60, 1, 'queued', NULL, 'A row without an id (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889769260, 1795889769260, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (109, 62, 1, 'queued', NULL, 'Where is ticket 1051?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889769285, 1795889769285, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (110, 62, 2, 'queued', NULL, 'Thank you (1051).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889769285, 1795889769285, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (114, 63, 1, 'queued', NULL, 'A line of a file (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889769635, 1795889769635, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (115, 63, 2, 'queued', NULL, 'Its next line (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 7, NULL, NULL, false, 1795889769635, 1795889769635, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (118, 64, 1, 'queued', NULL, 'A question over HTTP (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889769772, 1795889769772, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (121, 65, 1, 'queued', NULL, 'The first of a batch (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770013, 1795889770013, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (122, 65, 2, 'queued', NULL, 'The second of a batch (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770013, 1795889770013, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (123, 66, 1, 'queued', NULL, 'A CloudEvent, structured (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770074, 1795889770074, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (124, 66, 2, 'queued', NULL, 'A CloudEvent, binary (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770113, 1795889770113, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (125, 67, 1, 'queued', NULL, 'Answer me by webhook (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770165, 1795889770165, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (126, 68, 1, 'queued', NULL, 'Answer this one by webhook too (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770216, 1795889770216, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (127, 69, 1, 'queued', NULL, 'For an account that is closed (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770261, 1795889770261, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (128, 70, 1, 'queued', NULL, 'For a route that is paused (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770311, 1795889770311, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (129, 23, 2, 'queued', NULL, 'This waits for a person.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, false, 1795889770360, 1795889770360, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (130, 24, 2, 'queued', NULL, 'This waits behind what is lost.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770407, 1795889770407, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (132, 72, 1, 'queued', NULL, 'Quick,
and in two pieces.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 2, NULL, 5, NULL, NULL, true, 1795889770498, 1795893370556, 1795893370556, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (134, 73, 1, 'queued', NULL, 'Once.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770609, 1795889770609, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (135, 73, 2, 'queued', NULL, 'Twice.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770674, 1795889770674, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (136, 73, 3, 'queued', NULL, 'Three times, which is too much.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770723, 1795889770723, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (137, 74, 1, 'queued', NULL, 'Over HTTP, under the source of a file (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770794, 1795889770794, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (138, 75, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770829, 1795889770829, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (139, 76, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770870, 1795889770870, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (131, 71, 1, 'cancelled', 'operator', 'Taken back before it was sent.', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 2, 'operator:maker', 5, NULL, NULL, true, 1795889770452, 1795889770452, NULL, NULL, NULL, 1795889774110);
INSERT INTO public.turns VALUES (140, 76, 2, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770906, 1795889770906, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (141, 77, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889770977, 1795889770977, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (142, 78, 1, 'queued', NULL, 'Message m-2 in thread 902: Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771041, 1795889771041, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (143, 78, 2, 'queued', NULL, 'Message m-2 in thread 902: Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771130, 1795889771130, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (144, 79, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771189, 1795889771189, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (145, 80, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771277, 1795889771277, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (146, 81, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 7, NULL, NULL, true, 1795889771350, 1795889771350, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (147, 82, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771430, 1795889771430, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (148, 83, 1, 'queued', NULL, 'Grüße, 你好: where is my parcel?', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771497, 1795889771497, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (152, 84, 1, 'queued', NULL, 'By Celery (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771600, 1795889771600, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (149, 85, 1, 'queued', NULL, 'Call my task back (second, 1).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771600, 1795889771600, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (150, 86, 1, 'queued', NULL, 'Call my task back (second, 2).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771600, 1795889771600, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (154, 87, 1, 'queued', NULL, 'By AMQP (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771729, 1795889771729, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (155, 87, 2, 'queued', NULL, 'By AMQP, in a list (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771729, 1795889771729, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (159, 89, 1, 'queued', NULL, 'By AMQP, with a source (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771729, 1795889771729, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (156, 88, 1, 'queued', NULL, 'A CloudEvent by AMQP (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771729, 1795889771729, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (157, 88, 2, 'queued', NULL, 'A CloudEvent in headers, by AMQP (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771729, 1795889771729, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (161, 90, 1, 'queued', NULL, 'From Python (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771811, 1795889771811, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (162, 90, 2, 'queued', NULL, 'From Python again (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771811, 1795889771811, NULL, NULL, NULL, NULL);
INSERT INTO public.turns VALUES (163, 91, 1, 'queued', NULL, 'By command (second).', NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, NULL, 5, NULL, NULL, true, 1795889771992, 1795889771992, NULL, NULL, NULL, NULL);
INSERT INTO public.workers VALUES (1, 'vm:4315', 1795889756541, 0, true, true, NULL);
INSERT INTO public.workers VALUES (2, 'vm:5782', 1795889762441, 1795889765171, true, false, 1795889763171);
INSERT INTO public.workers VALUES (3, 'vm:4315', 1795889763580, 0, true, true, NULL);
INSERT INTO public.workers VALUES (4, 'vm:5891', 1795889768199, 1795889775284, false, false, NULL);
SELECT pg_catalog.setval('public.audit_id_seq', 15, true);
SELECT pg_catalog.setval('public.conflicts_id_seq', 11, true);
SELECT pg_catalog.setval('public.conversations_id_seq', 91, true);
SELECT pg_catalog.setval('public.events_id_seq', 167, true);
SELECT pg_catalog.setval('public.lanes_id_seq', 14, true);
SELECT pg_catalog.setval('public.outbox_id_seq', 4, true);
SELECT pg_catalog.setval('public.replies_id_seq', 13, true);
SELECT pg_catalog.setval('public.tokens_id_seq', 3, true);
SELECT pg_catalog.setval('public.workers_id_seq', 4, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (name);
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT pk_attempts PRIMARY KEY (turn_id, number);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.brake_counts
    ADD CONSTRAINT pk_brake_counts PRIMARY KEY (key);
ALTER TABLE ONLY public.conflicts
    ADD CONSTRAINT pk_conflicts PRIMARY KEY (id);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT pk_conversations PRIMARY KEY (id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT pk_endpoints PRIMARY KEY (name);
ALTER TABLE ONLY public.event_bodies
    ADD CONSTRAINT pk_event_bodies PRIMARY KEY (event_id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);
ALTER TABLE ONLY public.followups
    ADD CONSTRAINT pk_followups PRIMARY KEY (id);
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT pk_grants PRIMARY KEY (account, worker_id);
ALTER TABLE ONLY public.joined
    ADD CONSTRAINT pk_joined PRIMARY KEY (event_id);
ALTER TABLE ONLY public.lanes
    ADD CONSTRAINT pk_lanes PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox_attempts
    ADD CONSTRAINT pk_outbox_attempts PRIMARY KEY (item_id, number);
ALTER TABLE ONLY public.raw_bodies
    ADD CONSTRAINT pk_raw_bodies PRIMARY KEY (turn_id, number);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT pk_replies PRIMARY KEY (id);
ALTER TABLE ONLY public.reply_attempts
    ADD CONSTRAINT pk_reply_attempts PRIMARY KEY (reply_id, number);
ALTER TABLE ONLY public.routes
    ADD CONSTRAINT pk_routes PRIMARY KEY (name);
ALTER TABLE ONLY public.schedule
    ADD CONSTRAINT pk_schedule PRIMARY KEY (conversation_id);
ALTER TABLE ONLY public.ticks
    ADD CONSTRAINT pk_ticks PRIMARY KEY (name);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT pk_tokens PRIMARY KEY (id);
ALTER TABLE ONLY public.trouble
    ADD CONSTRAINT pk_trouble PRIMARY KEY (turn_id);
ALTER TABLE ONLY public.turns
    ADD CONSTRAINT pk_turns PRIMARY KEY (id);
ALTER TABLE ONLY public.workers
    ADD CONSTRAINT pk_workers PRIMARY KEY (id);
ALTER TABLE ONLY public.conflicts
    ADD CONSTRAINT uq_conflicts_event_id_hash UNIQUE (event_id, hash);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT uq_conversations_route_key UNIQUE (route, key);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT uq_events_source_external_id UNIQUE (source, external_id);
ALTER TABLE ONLY public.lanes
    ADD CONSTRAINT uq_lanes_account_route_priority_backlog_id UNIQUE (account, route, priority, backlog_id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT uq_replies_turn_id_turn_revision_channel UNIQUE (turn_id, turn_revision, channel);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT uq_tokens_hash UNIQUE (hash);
ALTER TABLE ONLY public.turns
    ADD CONSTRAINT uq_turns_conversation_id_position UNIQUE (conversation_id, "position");
CREATE INDEX ix_audit_subject ON public.audit USING btree (subject);
CREATE INDEX ix_brake_counts_day_at ON public.brake_counts USING btree (day_at);
CREATE INDEX ix_conversations_handed_off ON public.conversations USING btree (changed_at) WHERE (status = 'handed_off'::text);
CREATE INDEX ix_events_context ON public.events USING btree (route, conversation_key) WHERE (status = 'context'::text);
CREATE INDEX ix_events_set_aside ON public.events USING btree (status, id) WHERE (status <> 'accepted'::text);
CREATE INDEX ix_followups_due ON public.followups USING btree (due_at, id) WHERE (status = 'scheduled'::text);
CREATE INDEX ix_followups_waiting ON public.followups USING btree (route, conversation_key) WHERE (status = 'scheduled'::text);
CREATE INDEX ix_joined_turn_id ON public.joined USING btree (turn_id);
CREATE INDEX ix_outbox_conversation_id ON public.outbox USING btree (conversation_id, id);
CREATE INDEX ix_outbox_failed ON public.outbox USING btree (id) WHERE (status = 'failed'::text);
CREATE INDEX ix_outbox_owner ON public.outbox USING btree (owner) WHERE (owner IS NOT NULL);
CREATE INDEX ix_outbox_ready ON public.outbox USING btree (ready_at) WHERE (ready_at IS NOT NULL);
CREATE INDEX ix_replies_owner ON public.replies USING btree (owner) WHERE (owner IS NOT NULL);
CREATE INDEX ix_replies_parked ON public.replies USING btree (channel) WHERE ((status = 'queued'::text) AND (ready_at IS NULL));
CREATE INDEX ix_replies_ready ON public.replies USING btree (ready_at) WHERE (ready_at IS NOT NULL);
CREATE INDEX ix_replies_stopped ON public.replies USING btree (conversation_id) WHERE ((status = 'cancelled'::text) OR (status = 'draft'::text));
CREATE INDEX ix_schedule_owner ON public.schedule USING btree (owner) WHERE (owner IS NOT NULL);
CREATE INDEX ix_schedule_ready ON public.schedule USING btree (lane, ready_at) WHERE (ready_at IS NOT NULL);
CREATE UNIQUE INDEX ix_tokens_live_name ON public.tokens USING btree (name) WHERE (revoked_at IS NULL);
CREATE INDEX ix_trouble_kind_since ON public.trouble USING btree (kind, since);
CREATE INDEX ix_workers_alive ON public.workers USING btree (expires_at) WHERE (NOT dead);
