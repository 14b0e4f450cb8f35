import pytest
from tests.matrix import ground
@pytest.mark.django_db
def test_ground():
    import time; t=time.time()
    c=ground.build()
    print(time.time()-t)
    for t in c.things: print(t.name,t.owner,t.division,sorted(t.args))
