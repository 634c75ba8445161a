"""The calls for other services."""

from fastapi import APIRouter, Depends

from scoring.schemas import RegionIdentityOut, RegionKeysOut, identity_out
from servicekit.auth import internal

from .inputs import Name, Service

router = APIRouter(
    prefix="/internal", include_in_schema=False, dependencies=[Depends(internal("gateway", "practices"))]
)


@router.get("/regions")
async def region_keys(service: Service) -> RegionKeysOut:
    """Return the keys of all regions."""
    return RegionKeysOut(keys=await service.region_ids())


@router.get("/regions/{region_id}")
async def region_identity(region_id: Name, service: Service) -> RegionIdentityOut:
    """Return a region's names and place, in all languages."""
    return identity_out(await service.identity(region_id))
