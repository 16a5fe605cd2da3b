-- Quality.
select 1;
