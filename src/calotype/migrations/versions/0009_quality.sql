-- Faces that files name, and the parts of quality.

-- What programs wrote into the file or its sidecar; read again with the metadata. `people` makes faces and names of them.
create table photo_regions (
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    name     text not null,
    x real not null, y real not null, width real not null, height real not null,   -- 0..1 of the upright picture
    source   text not null                             -- `mwg` or `microsoft`: the way of writing
);
create index photo_regions_photo on photo_regions (photo_id);
create index photo_regions_owner on photo_regions (owner_id, name);

-- 0..1000; null: cannot be told. They stand at the end of the row, two bytes each, four of them only where there are faces.
alter table photos
    add column resolution_quality smallint,
    add column subject_sharpness  smallint,
    add column face_sharpness     smallint,
    add column eyes_open          smallint,
    add column faces_in_frame     smallint;
