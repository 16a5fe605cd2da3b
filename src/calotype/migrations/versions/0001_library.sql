-- The library. Budget: under 1 kB a photo for everything but vectors, indexes included (docs/decisions/0005-schema.md).
-- Columns of `photos` stand in the order of their alignment, widest first, so that rows carry no padding.

create extension if not exists vector;

-- Who ----------------------------------------------------------------------------------------------------------------

create table users (
    id            uuid primary key,
    email         text not null,
    name          text not null,
    password_hash text not null,                       -- argon2id, PHC string
    role          text not null check (role in ('owner', 'admin', 'member', 'viewer')),
    created_at    timestamptz not null default now()
);
create unique index users_email on users (lower(email));

create table setup_links (                             -- one-time links that make the first owner
    token_hash bytea primary key,                      -- SHA-256 of the secret; the secret itself is never stored
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz
);

create table access_tokens (
    id           uuid primary key,
    user_id      uuid not null references users on delete cascade,
    token_hash   bytea not null unique,                -- SHA-256 of the secret
    name         text not null,                        -- "Firefox on Linux", "command line"
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null,
    last_used_at timestamptz
);
create index access_tokens_user on access_tokens (user_id);

-- One row per owner, locked by whoever writes that owner's photos: numbers are handed out in the order of commits.
create table change_counters (
    owner_id uuid primary key references users on delete cascade,
    value    bigint not null default 0
);
create function next_change(owner uuid) returns bigint language sql as $$
    insert into change_counters as c (owner_id, value) values (owner, 1)
    on conflict (owner_id) do update set value = c.value + 1 returning value
$$;

-- What the photos share ------------------------------------------------------------------------------------------------

create table cameras (
    id    int generated always as identity primary key,
    make  text not null,
    model text not null,
    unique (make, model)
);
create table lenses (
    id   int generated always as identity primary key,
    name text not null unique
);
create table places (                                  -- rows of the gazetteer that some photo lies at
    id           int generated always as identity primary key,
    name         text not null,
    region       text not null,
    country      text not null,
    country_code text not null,
    unique (country_code, region, name)
);
create table embedding_spaces (
    id         smallint generated always as identity primary key,
    name       text not null unique,                   -- model and version; vectors of two spaces are never compared
    dimensions int not null
);

-- The photos -----------------------------------------------------------------------------------------------------------

create table photos (
    id                uuid primary key,                -- UUIDv7
    owner_id          uuid not null references users,
    taken_local       timestamp not null,              -- wall clock where it was taken: the timeline's order
    uploaded_at       timestamptz not null default now(),
    file_time         timestamptz,                     -- the file's own time when it came in
    trashed_at        timestamptz,
    change            bigint not null,                 -- monotonic per owner (next_change)
    size_bytes        bigint not null,
    phash             bigint,
    width             int,                             -- display space: after orientation
    height            int,
    latitude          real,
    longitude         real,
    duration_ms       int,
    camera_id         int references cameras,
    lens_id           int references lenses,
    place_id          int references places,
    exposure_s        real,
    f_number          real,
    iso               int,
    focal_mm          real,
    focal_35mm        real,
    altitude_m        real,
    utc_offset_min    smallint,                        -- null: unknown; the instant is taken_local - offset
    status            smallint not null default 0,     -- 0 in the library, 1 in the trash
    processing_status smallint not null default 0,     -- 0 pending, 1 processing (prints are there), 2 completed, 3 failed
    media_type        smallint not null,               -- media.sniff.MediaType
    taken_source      smallint not null default 0,     -- features.photos.TakenSource
    offset_source     smallint not null default 0,     -- features.photos.OffsetSource
    orientation       smallint,                        -- EXIF 1..8, as found in the file
    rating            smallint,                        -- -1 rejected, 0..5; null: not rated
    quality           smallint,                        -- 0..1000, and its parts
    sharpness         smallint,
    exposure_quality  smallint,
    contrast          smallint,
    noise             smallint,
    is_favourite      boolean not null default false,
    is_animated       boolean not null default false,
    is_damaged        boolean not null default false,
    sha256            bytea not null,
    sha1              bytea not null,
    thumbhash         bytea,
    stages            bytea,                           -- 4 bytes a stage: version, outcome, milliseconds (pipeline/record.py)
    colours           bytea,                           -- 3 regions x 11 colour names, share 0..255, then a byte of tones
    file_name         text not null,
    title             text,
    description       text,
    processing_reason text,                            -- one sentence; null unless something is to be said
    tags              text[],                          -- the owner's
    keywords          text[]                           -- the file's
);

create unique index photos_content on photos (sha256, owner_id);   -- also: who else has these bytes
create index photos_timeline on photos (owner_id, taken_local desc, id desc)
    include (width, height, is_favourite, media_type, duration_ms) where status = 0;
create index photos_trash on photos (trashed_at) where status = 1;
create index photos_waiting on photos (owner_id) where processing_status < 2 and status = 0;   -- empty at rest
create index photos_map on photos (owner_id, latitude, longitude) where latitude is not null and status = 0;

create table photo_failures (                          -- only where a stage has something to say
    photo_id  uuid not null references photos on delete cascade,
    owner_id  uuid not null,
    stage     text not null,
    is_final  boolean not null,
    reason    text not null,
    failed_at timestamptz not null default now(),
    primary key (photo_id, stage)
);

create table photos_in_work (                          -- a photo in a worker's hands; a row that stays tells of a death
    photo_id   uuid primary key references photos on delete cascade,
    owner_id   uuid not null,
    worker_id  bigint,                                 -- procrastinate_workers.id; null: that worker is known to be dead
    host       text not null,
    pid        int not null,
    is_computing boolean not null default false,       -- of what a worker has in hand, one is in a decoder's
    crashes    smallint not null default 0,            -- workers that a decoder ended (signal, abort, time limit)
    kills      smallint not null default 0             -- workers that somebody else ended
) with (fillfactor = 50);

create table photo_links (                             -- the parts of a live photo, RAW beside JPEG
    owner_id uuid not null,
    photo_id uuid not null references photos on delete cascade,
    part_id  uuid not null references photos on delete cascade,
    kind     text not null check (kind in ('live', 'raw_jpeg')),
    primary key (photo_id, part_id)
);
create index photo_links_part on photo_links (part_id);

create table sidecars (
    id         uuid primary key,
    photo_id   uuid not null references photos on delete cascade,
    owner_id   uuid not null,
    file_name  text not null,
    sha256     bytea not null,
    content    bytea not null,                         -- XMP; small by limit
    stored_at  timestamptz not null default now(),
    unique (photo_id, sha256)
);

-- What a person said. It stands against the content, so that it outlives every re-run; the stages never write it.
create table decisions (
    owner_id   uuid not null references users on delete cascade,
    sha256     bytea not null,
    field      text not null,
    value      jsonb,
    decided_at timestamptz not null default now(),
    primary key (owner_id, sha256, field)
);

-- What the vision stages found -----------------------------------------------------------------------------------------

create table photo_labels (
    photo_id uuid primary key references photos on delete cascade,
    owner_id uuid not null,
    names    text[] not null,
    scores   real[] not null,                          -- confidence 0..1, highest first
    provider text not null,
    raw      jsonb not null,                           -- what the provider said
    model    text not null default ''
);
create table photo_texts (
    photo_id uuid primary key references photos on delete cascade,
    owner_id uuid not null,
    content  text not null,
    lines    jsonb not null,                           -- [{text, confidence, box}]
    provider text not null,
    model    text not null default ''
);
create table faces (
    id        uuid primary key,
    photo_id  uuid not null references photos on delete cascade,
    owner_id  uuid not null,
    x real not null, y real not null, width real not null, height real not null,   -- 0..1 of the upright picture
    score     real not null,
    sharpness real not null,
    size_px   int not null,                            -- the shorter side in pixels of the picture that was searched
    landmarks real[] not null,                         -- 5 x (x, y), 0..1
    provider  text not null,
    space_id  smallint references embedding_spaces,
    embedding halfvec,
    model     text not null default ''
);
create index faces_photo on faces (photo_id);
create index faces_owner on faces (owner_id);
alter table faces alter embedding set storage plain;

create table embeddings (
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    space_id smallint not null references embedding_spaces,
    vector   halfvec not null,
    primary key (photo_id, space_id)
);
alter table embeddings alter vector set storage plain;
create table embedding_bits (                          -- the signs of a vector: an exact scan of them is cheap (docs: search)
    owner_id uuid not null,
    space_id smallint not null,
    photo_id uuid not null references photos on delete cascade,
    bits     bit varying not null
);
create index embedding_bits_scan on embedding_bits (owner_id, space_id) include (photo_id, bits);
create index embedding_bits_photo on embedding_bits (photo_id);

-- Reading fast ---------------------------------------------------------------------------------------------------------

create table search_documents (                        -- read it through photos; row policies come with shared access
    photo_id uuid primary key references photos on delete cascade,
    owner_id uuid not null,
    words    tsvector not null
);
create index search_documents_words on search_documents using gin (words) with (fastupdate = off);

create table lexicon (                                 -- the words an owner's library knows, for typos and suggestions
    owner_id uuid not null,
    kind     text not null,                            -- label, place, camera, tag, title, text, file
    term     text not null,
    uses     int not null default 1,
    primary key (owner_id, kind, term)
);
create index lexicon_prefix on lexicon (owner_id, term text_pattern_ops);

create table month_counts (
    owner_id uuid not null,
    month    date not null,
    photos   int not null,
    primary key (owner_id, month)
) with (fillfactor = 70);

create function count_months_inserted() returns trigger language plpgsql as $$
begin
    insert into month_counts as m (owner_id, month, photos)
    select owner_id, date_trunc('month', taken_local)::date, count(*) from new_rows where status = 0
    group by 1, 2 order by 1, 2
    on conflict (owner_id, month) do update set photos = m.photos + excluded.photos;
    return null;
end $$;
create function count_months_deleted() returns trigger language plpgsql as $$
begin
    update month_counts m set photos = m.photos - d.n
    from (select owner_id, date_trunc('month', taken_local)::date as month, count(*) as n from old_rows where status = 0
          group by 1, 2 order by 1, 2) d
    where m.owner_id = d.owner_id and m.month = d.month;
    return null;
end $$;
create function count_months_updated() returns trigger language plpgsql as $$
begin
    insert into month_counts as m (owner_id, month, photos)
    select owner_id, month, sum(n) from (
        select owner_id, date_trunc('month', taken_local)::date as month, -1 as n from old_rows where status = 0
        union all
        select owner_id, date_trunc('month', taken_local)::date, 1 from new_rows where status = 0) moved
    group by 1, 2 having sum(n) <> 0 order by 1, 2
    on conflict (owner_id, month) do update set photos = m.photos + excluded.photos;
    return null;
end $$;
create trigger photos_count_inserted after insert on photos referencing new table as new_rows
    for each statement execute function count_months_inserted();
create trigger photos_count_deleted after delete on photos referencing old table as old_rows
    for each statement execute function count_months_deleted();
create trigger photos_count_updated after update on photos referencing old table as old_rows new table as new_rows
    for each statement execute function count_months_updated();

-- Albums and imports ---------------------------------------------------------------------------------------------------

create table albums (
    id         uuid primary key,
    owner_id   uuid not null references users,
    title      text not null,
    created_at timestamptz not null default now(),
    unique (owner_id, title)
);
create table album_photos (
    album_id uuid not null references albums on delete cascade,
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    added_at timestamptz not null default now(),
    primary key (album_id, photo_id)
);
create index album_photos_photo on album_photos (photo_id);

create table import_entries (                          -- the ledger: the last outcome of each file that was offered
    owner_id    uuid not null references users on delete cascade,
    path        text not null,
    size_bytes  bigint not null,
    modified_ns bigint not null,
    outcome     text not null check (outcome in ('stored', 'duplicate', 'attached', 'skipped', 'failed')),
    photo_id    uuid references photos on delete set null,
    reason      text not null,
    recorded_at timestamptz not null default now(),
    primary key (owner_id, path)
);

create table intake_claims (                           -- originals that may be in the store without a photo yet: the only
    sha256     bytea primary key,                      -- ones that a sweep may remove (a restored backup has none)
    claimed_at timestamptz not null default now()
);

-- The versions of the stages that this library has seen: a newer one in the code makes its photos due again.
create table stage_versions (
    stage   text primary key,
    version smallint not null
);
