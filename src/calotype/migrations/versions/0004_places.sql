-- Places.
select 1;
