-- Places of one's own, corrected names, and counts that the tree and the map are read from (docs/decisions/0012-places.md).

create table own_places (                              -- what stands of the decisions `own_place`
    id        uuid primary key,
    owner_id  uuid not null references users on delete cascade,
    latitude  float8 not null,                         -- the middle
    longitude float8 not null,
    radius_m  float8 not null,                         -- of a polygon: to the farthest corner
    south     float8 not null,                         -- the box around it; where it lies across the date line, east is
    north     float8 not null,                         -- beyond 180
    west      float8 not null,                         -- -180 .. 180
    east      float8 not null,
    area_m2   float8 not null,                         -- of two that hold a photo, the smaller one wins
    shape     polygon,                                 -- (longitude, latitude), as far beyond 180 as the box; null: circle
    polygon   jsonb,                                   -- the corners as they were given, [[latitude, longitude], …]
    name      text not null
);
create index own_places_owner on own_places (owner_id);

create table place_names (                             -- what stands of the decisions `place_name`
    owner_id     uuid not null references users on delete cascade,
    place_id     int not null references places,
    name         text not null,
    region       text not null,
    country      text not null,
    country_code text not null,
    primary key (owner_id, place_id)
);

create table places_due (                              -- photos that are to be placed or indexed again; empty at rest
    owner_id   uuid not null,
    photo_id   uuid not null,                          -- no reference: 200,000 rows are written within a request
    is_renamed boolean not null,                       -- index it although it stays where it is
    primary key (owner_id, photo_id)
);

-- In which own place a photo lies ----------------------------------------------------------------------------------------

alter table photos add own_place_id uuid;              -- derived; no reference: an own place of 200,000 photos can go at once

create function distance_m(lat1 float8, lon1 float8, lat2 float8, lon2 float8) returns float8
language sql immutable parallel safe as $$             -- haversine on a sphere of 6,371 km
    select 12742000 * asin(least(1, sqrt(power(sin(radians(lat2 - lat1) / 2), 2)
        + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2))))
$$;

-- The smallest own place that holds the point. A place that a person gave to this very photo wins over all of them.
create function own_place_at(owner uuid, lat float8, lon float8, content bytea) returns uuid language sql stable as $$
    select o.id from own_places o
    where o.owner_id = owner and lat between o.south and o.north
        and (lon between o.west and o.east or lon + 360 <= o.east)
        and case when o.shape is null then distance_m(o.latitude, o.longitude, lat, lon) <= o.radius_m
                 else o.shape @> point(lon, lat) or o.shape @> point(lon + 360, lat) end
        and not exists (select from decisions d where d.owner_id = owner and d.topic = 'photo'
                        and d.subject = encode(content, 'hex') and d.field = 'place' and not d.is_taken_back)
    order by o.area_m2, o.id limit 1
$$;

create function find_own_place() returns trigger language plpgsql as $$
begin
    new.own_place_id := own_place_at(new.owner_id, new.latitude, new.longitude, new.sha256);
    return new;
end $$;
create trigger photos_own_place_inserted before insert on photos for each row
    when (new.latitude is not null) execute function find_own_place();
create trigger photos_own_place_updated before update on photos for each row
    when (new.status = 0 and (old.status <> 0 or old.latitude is distinct from new.latitude
          or old.longitude is distinct from new.longitude or old.place_id is distinct from new.place_id))
    execute function find_own_place();

create index photos_by_place on photos (owner_id, place_id, taken_local desc, id desc)
    where status = 0 and own_place_id is null and place_id is not null;
create index photos_by_own_place on photos (owner_id, own_place_id, taken_local desc, id desc)
    where status = 0 and own_place_id is not null;

-- Counts for the tree ----------------------------------------------------------------------------------------------------

create table place_counts (                            -- photos in the library by where they lie
    owner_id     uuid not null,
    place_id     int not null,                         -- 0: at no place of the gazetteer
    own_place_id uuid not null,                        -- all zeros: in no own place
    photos       int not null,
    primary key (owner_id, place_id, own_place_id)
) with (fillfactor = 70);

create function count_at_place(owner uuid, place int, own_place uuid, difference int) returns void
language plpgsql as $$
declare
    own_key constant uuid := coalesce(own_place, '00000000-0000-0000-0000-000000000000');
    left_over int;
begin
    if place is null and own_place is null then
        return;
    end if;
    insert into place_counts as c (owner_id, place_id, own_place_id, photos)
    values (owner, coalesce(place, 0), own_key, difference)
    on conflict (owner_id, place_id, own_place_id) do update set photos = c.photos + difference
    returning photos into left_over;
    if left_over = 0 then
        delete from place_counts where owner_id = owner and place_id = coalesce(place, 0) and own_place_id = own_key;
    end if;
end $$;

create function count_places() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.status = 0 then
        perform count_at_place(old.owner_id, old.place_id, old.own_place_id, -1);
    end if;
    if tg_op <> 'DELETE' and new.status = 0 then
        perform count_at_place(new.owner_id, new.place_id, new.own_place_id, 1);
    end if;
    return null;
end $$;
create trigger photos_places_inserted after insert on photos for each row
    when (new.status = 0 and (new.place_id is not null or new.own_place_id is not null)) execute function count_places();
create trigger photos_places_deleted after delete on photos for each row
    when (old.status = 0 and (old.place_id is not null or old.own_place_id is not null)) execute function count_places();
create trigger photos_places_updated after update on photos for each row
    when ((old.status = 0) is distinct from (new.status = 0) or old.place_id is distinct from new.place_id
          or old.own_place_id is distinct from new.own_place_id)
    execute function count_places();

-- Cells for the map ------------------------------------------------------------------------------------------------------
-- The tiles of the web's maps (EPSG:3857), kept at five zooms. A cell's number is its zoom, then the bits of its column
-- and row in turn (a "quadkey"): what lies in a tile is one range of numbers, and a tile's own number is theirs, shifted.

create table geo_cells (
    owner_id      uuid not null,
    cell          bigint not null,                     -- zoom << 40 | quadkey
    latitude_sum  bigint not null,                     -- in millionths of a degree: whole numbers never drift
    longitude_sum bigint not null,
    photo_id      uuid not null,                       -- one of them
    photos        int not null,
    primary key (owner_id, cell)
) with (fillfactor = 95);

create function spread_bits(number bigint) returns bigint language plpgsql immutable strict parallel safe as $$
begin                                                  -- the bits of 20 at every second place
    number := (number | (number << 16)) & 281470681808895;
    number := (number | (number << 8)) & 71777214294589695;
    number := (number | (number << 4)) & 1085102592571150095;
    number := (number | (number << 2)) & 3689348814741910323;
    return (number | (number << 1)) & 6148914691236517205;
end $$;

create function finest_tile(latitude float8, longitude float8) returns bigint
language sql immutable strict parallel safe as $$      -- the quadkey at zoom 20; 180 east is 180 west
    select spread_bits(floor((longitude + 180) / 360 * 1048576)::bigint % 1048576)
        | (spread_bits(greatest(0, least(1048575,
            floor((0.5 - asinh(tan(radians(greatest(-86, least(86, latitude))))) / (2 * pi())) * 1048576)))::bigint) << 1)
$$;

create function geo_zooms() returns int[] language sql immutable parallel safe as $$ select '{17,14,11,8,5}'::int[] $$;

create function put_on_map(photo photos) returns void language plpgsql as $$
declare
    tile constant bigint := finest_tile(photo.latitude, photo.longitude);
begin
    if tile is null then                               -- half a position is none
        return;
    end if;
    insert into geo_cells as g (owner_id, cell, latitude_sum, longitude_sum, photo_id, photos)
    select photo.owner_id, (zoom::bigint << 40) | (tile >> 2 * (20 - zoom)),
           round(photo.latitude::float8 * 1e6), round(photo.longitude::float8 * 1e6), photo.id, 1
    from unnest(geo_zooms()) zoom
    on conflict (owner_id, cell) do update set photos = g.photos + 1,
        latitude_sum = g.latitude_sum + excluded.latitude_sum, longitude_sum = g.longitude_sum + excluded.longitude_sum;
end $$;

create function take_from_map(photo photos) returns void language plpgsql as $$
declare
    tile constant bigint := finest_tile(photo.latitude, photo.longitude);
    reach constant float8 := 360 / 131072.0;           -- degrees: a cell of zoom 17 is as wide, and not as high
    zoom int;
    finer int;
    number bigint;
    is_shown boolean;
begin
    if tile is null then
        return;
    end if;
    foreach zoom in array geo_zooms() loop             -- from the finest: each finds another photo in the one before
        number := (zoom::bigint << 40) | (tile >> 2 * (20 - zoom));
        delete from geo_cells g where g.owner_id = photo.owner_id and g.cell = number and g.photos = 1;
        if not found then
            update geo_cells g set photos = g.photos - 1,
                latitude_sum = g.latitude_sum - round(photo.latitude::float8 * 1e6),
                longitude_sum = g.longitude_sum - round(photo.longitude::float8 * 1e6)
            where g.owner_id = photo.owner_id and g.cell = number returning g.photo_id = photo.id into is_shown;
            if is_shown and finer is null then
                update geo_cells g set photo_id = coalesce((
                    select p.id from photos p where p.owner_id = photo.owner_id and p.status = 0
                        and p.latitude between photo.latitude - case when abs(photo.latitude) > 85 then 5 else reach end
                            and photo.latitude + case when abs(photo.latitude) > 85 then 5 else reach end
                        and (p.longitude between photo.longitude - reach and photo.longitude + reach
                             or abs(p.longitude) = 180)
                        and finest_tile(p.latitude, p.longitude) >> 6 = tile >> 6 limit 1), g.photo_id)
                where g.owner_id = photo.owner_id and g.cell = number;
            elsif is_shown then
                update geo_cells g set photo_id = coalesce((
                    select f.photo_id from geo_cells f where f.owner_id = photo.owner_id
                        and f.cell between (finer::bigint << 40) | ((tile >> 2 * (20 - zoom)) << 2 * (finer - zoom))
                            and (finer::bigint << 40) | (((tile >> 2 * (20 - zoom)) + 1) << 2 * (finer - zoom)) - 1
                    limit 1), g.photo_id)
                where g.owner_id = photo.owner_id and g.cell = number;
            end if;
        end if;
        finer := zoom;
    end loop;
end $$;

create function keep_cells() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.status = 0 and old.latitude is not null then
        perform take_from_map(old);
    end if;
    if tg_op <> 'DELETE' and new.status = 0 and new.latitude is not null then
        perform put_on_map(new);
    end if;
    return null;
end $$;
-- For each row, not for each statement: most writes of a photo move nothing, and `when` costs them next to nothing.
create trigger photos_cells_inserted after insert on photos for each row
    when (new.status = 0 and new.latitude is not null) execute function keep_cells();
create trigger photos_cells_deleted after delete on photos for each row
    when (old.status = 0 and old.latitude is not null) execute function keep_cells();
create trigger photos_cells_updated after update on photos for each row
    when ((old.status = 0) is distinct from (new.status = 0) or old.latitude is distinct from new.latitude
          or old.longitude is distinct from new.longitude)
    execute function keep_cells();

-- Counting anew ----------------------------------------------------------------------------------------------------------

create view place_counts_anew as
    select owner_id, coalesce(place_id, 0) as place_id,
           coalesce(own_place_id, '00000000-0000-0000-0000-000000000000') as own_place_id, count(*)::int as photos
    from photos where status = 0 and (place_id is not null or own_place_id is not null) group by 1, 2, 3;

create view geo_cells_anew as
    select owner_id, (zoom::bigint << 40) | (tile >> 2 * (20 - zoom)) as cell, sum(latitude)::bigint as latitude_sum,
           sum(longitude)::bigint as longitude_sum, (array_agg(photo_id))[1] as photo_id, sum(photos)::int as photos
    from (select owner_id, finest_tile(latitude, longitude) as tile, sum(round(latitude::float8 * 1e6)) as latitude,
                 sum(round(longitude::float8 * 1e6)) as longitude, (array_agg(id))[1] as photo_id, count(*) as photos
          from photos where status = 0 and latitude is not null and longitude is not null group by 1, 2) tiles, unnest(geo_zooms()) zoom
    group by 1, 2;

insert into place_counts select * from place_counts_anew;
insert into geo_cells select * from geo_cells_anew;
