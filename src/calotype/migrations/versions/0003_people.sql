-- People.
select 1;
