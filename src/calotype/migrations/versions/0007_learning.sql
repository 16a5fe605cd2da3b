-- What the library learns from its owner: what was said of labels and hits, the heads trained from it, and views.

-- What stands about labels and hits: a projection of the decisions of the topics `label` and `hit`.
create table label_verdicts (
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    label    text not null,                            -- folded: case, single spaces
    is_right boolean not null,
    primary key (photo_id, label)
);
create index label_verdicts_owner on label_verdicts (owner_id, label);
create table hit_verdicts (
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    question text not null,                            -- folded, as above
    is_wrong boolean not null,
    primary key (photo_id, question)
);
create index hit_verdicts_owner on hit_verdicts (owner_id, question);

-- A head is a few numbers over a frozen embedding. Arrays as bytes, little-endian, with their type and shape.
create table learned_heads (
    id         uuid primary key,
    owner_id   uuid not null references users on delete cascade,
    label      text not null,                          -- folded; empty: the owner's taste
    version    int not null,                           -- counts up per owner and label; a number is never given twice
    method     text not null check (method in ('prototypes', 'logistic', 'ridge')),
    space      text not null,                          -- name of the embedding space: a head is of use in no other
    weights    bytea not null,
    dtype      text not null check (dtype in ('<f2', '<f4')),
    shape      int[] not null,
    offsets    real[] not null,                        -- numbers beside the weights: see features/learning/heads.py
    threshold  real not null,                          -- of the probability, 0..1, from which on the label is given
    figures    jsonb not null,                         -- measured on held-out examples, of it and of the one before it
    examples   jsonb not null,                         -- [[photo, is it one, its held-out probability], …]
    made_from  text not null,                          -- digest of the examples: the same are not learned from twice
    has_won    boolean not null,                       -- it was better than the one in force
    trained_at timestamptz not null default now(),
    unique (owner_id, label, version)
);
create table learned_labels (                          -- labels that the heads in force give
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    label    text not null,
    score    real not null,                            -- calibrated probability, 0..1
    head_id  uuid not null references learned_heads on delete cascade,
    primary key (photo_id, label)
);
create index learned_labels_owner on learned_labels (owner_id, label);
create index learned_labels_head on learned_labels (head_id);

create table learning_progress (                       -- up to where the heads in force have looked at the photos
    owner_id uuid primary key references users on delete cascade,
    heads    uuid[] not null default '{}',             -- which heads looked, in order of their ids
    change   bigint not null default 0                 -- photos.change of the last photo that they looked at
);

-- Taste ------------------------------------------------------------------------------------------------------------------

create table photo_views (
    photo_id       uuid primary key references photos on delete cascade,
    owner_id       uuid not null,
    views          int not null default 1,             -- at most one a minute is counted
    last_viewed_at timestamptz not null default now()
);
create index photo_views_owner on photo_views (owner_id);
alter table photos add column taste smallint;          -- 0..1000; null: nothing is known of the owner's taste
